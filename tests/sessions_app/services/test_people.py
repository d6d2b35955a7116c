import threading
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from sessions_app.enums import Role
from sessions_app.models import Invitation, User
from sessions_app.models.people import LastAdmin, invitation_token
from sessions_app.services import people
from sessions_app.services.people import InvitationOver
from tests.sessions_app.factories import PASSWORD, InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db


TOKEN = "a-token-of-a-link"


def accept(token=TOKEN):
    return people.accept_invitation(token=token, name="Dora", password=PASSWORD)


def test_a_second_invitation_replaces_the_first(boss):
    _, seed = people.invite(
        email="dora@school.example", role="teacher", invited_by=boss
    )

    people.invite(email="Dora@School.example", role="admin", invited_by=boss)

    assert Invitation.objects.get().role == Role.ADMIN
    with pytest.raises(InvitationOver):
        accept(invitation_token(seed))


def test_an_accepted_invitation_becomes_an_account_with_its_role(boss):
    _, seed = people.invite(email="D@school.example", role="admin", invited_by=boss)

    user = accept(invitation_token(seed))

    assert (user.email, user.name, user.role) == ("d@school.example", "Dora", "admin")
    assert user.check_password(PASSWORD)


def test_an_invitation_is_accepted_once():
    InvitationFactory(token=TOKEN)
    accept()

    with pytest.raises(InvitationOver):
        accept()


def test_an_invitation_lasts_two_weeks():
    with time_machine.travel("2026-11-01"):
        InvitationFactory(token=TOKEN)

    with time_machine.travel("2026-11-16"), pytest.raises(InvitationOver):
        accept()


def test_an_invitation_to_someone_who_has_an_account_is_over():
    InvitationFactory(token=TOKEN, email=UserFactory().email.upper())

    with pytest.raises(InvitationOver):
        accept()

    assert User.objects.filter(name="Dora").count() == 0


def test_the_mail_carries_the_link_to_the_invited_alone(boss, mailoutbox):
    invitation, seed = people.invite(
        email="d@school.example", role="teacher", invited_by=boss
    )

    people.send_invitation(invitation=invitation, seed=seed, site="https://x.example")

    [mail] = mailoutbox
    assert mail.to == [invitation.email]
    assert "Charlie invites you" in mail.body
    assert f"https://x.example/welcome/{invitation_token(seed)}/" in mail.body


# --- the last admin -------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"role": Role.TEACHER}, {"is_active": False}])
def test_the_last_admin_is_neither_demoted_nor_shut_out(change, boss):
    UserFactory(admin=True, is_active=False)  # cannot steer anything either
    for name, value in change.items():
        setattr(boss, name, value)

    with pytest.raises(LastAdmin, match="only admin"):
        boss.save()

    boss.refresh_from_db()
    assert boss.is_staff


def test_the_last_admin_is_not_deleted(boss, teacher):
    with pytest.raises(LastAdmin, match="another person an admin first"):
        boss.delete()

    teacher.delete()
    assert list(User.objects.all()) == [boss]


def test_one_of_two_admins_can_go(boss):
    other = UserFactory(admin=True)

    other.role = Role.TEACHER
    other.save()

    assert not other.is_staff
    with pytest.raises(LastAdmin):
        boss.delete()


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_resign_at_once_leave_one():
    admins = UserFactory.create_batch(2, admin=True)
    gate, refused = threading.Barrier(2), []

    def resign(admin):
        admin.role = Role.TEACHER
        gate.wait()
        try:
            admin.save()
        except LastAdmin:
            refused.append(admin)
        connection.close()

    threads = [threading.Thread(target=resign, args=[admin]) for admin in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert User.objects.filter(role=Role.ADMIN).count() == 1


def test_logging_in_asks_for_no_admins(teacher, django_assert_num_queries):
    teacher.last_login = timezone.now()

    with django_assert_num_queries(3):  # the update, and the savepoint around it
        teacher.save(update_fields=["last_login"])


def test_the_demos_accounts_never_take_the_last_admin_away(settings):
    settings.FER_DEMO = True
    UserFactory(email="teacher@demo.example", admin=True)

    call_command("demo_accounts", stdout=StringIO())

    roles = dict(User.objects.values_list("email", "role"))
    assert roles == {"teacher@demo.example": "teacher", "admin@demo.example": "admin"}
