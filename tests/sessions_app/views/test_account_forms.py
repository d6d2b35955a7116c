"""Forms of accounts in transactions of their own: PostgreSQL locks no row outside of one."""

import pytest
from django.urls import reverse

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]


def test_a_teacher_and_an_admin_save_an_account(teacher, boss, browser_of):
    own, others = reverse("security"), reverse("person", args=[teacher.pk])
    name = {"name": "Tess", "time_zone": "Asia/Tokyo"}

    for user, url, role in ((teacher, own, {}), (boss, others, {"role": "teacher"})):
        assert browser_of(user).post(url, name | role).status_code == 302

    teacher.refresh_from_db()
    assert (teacher.name, teacher.time_zone) == ("Tess", "Asia/Tokyo")
