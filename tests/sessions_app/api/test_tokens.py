import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from sessions_app.models import ApiToken, Course
from sessions_app.services import tokens

pytestmark = pytest.mark.django_db

COURSES = reverse("api-course-list")


def test_a_token_made_on_the_page_works_and_is_shown_only_once(teacher, browser_of):
    browser, url = browser_of(teacher), reverse("api-tokens")

    made = browser.post(url, {"name": "Report", "scope": "read", "days": "30"})

    token = made.context["made"]
    assert token.startswith("fer_")
    assert token in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    assert token not in browser.get(url).content.decode()
    assert not ApiToken.objects.filter(digest__contains=token).exists()
    program = APIClient(headers={"Authorization": f"Bearer {token}"})
    assert program.get(COURSES).status_code == 200


def test_a_token_for_reading_reads_only(teacher, program_of):
    program = program_of(teacher, scope="read")

    assert program.get(COURSES).status_code == 200
    refused = program.post(COURSES, {"title": "Algebra"}, format="json")

    assert refused.status_code == 403
    assert "may only read" in refused.json()["detail"]
    assert not Course.objects.exists()


def test_a_revoked_token_is_locked_out_and_a_foreign_one_cannot_be_revoked(
    teacher, colleague, program_of, browser_of
):
    program = program_of(teacher)
    key = {"token": ApiToken.objects.get().token_key}

    for owner in (teacher, colleague):  # another's page, then another's token
        revoke = reverse("person-tokens-revoke", args=[owner.pk])
        browser_of(colleague).post(revoke, key)
        assert program.get(COURSES).status_code == 200

    browser_of(teacher).post(reverse("person-tokens-revoke", args=[teacher.pk]), key)
    assert program.get(COURSES).status_code == 401


def test_a_token_ends_with_its_time(teacher, program_of):
    program = program_of(teacher)

    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=2)):
        assert program.get(COURSES).status_code == 401


def test_a_token_ends_with_its_account(teacher, program_of):
    program = program_of(teacher)
    teacher.is_active = False
    teacher.save()

    assert program.get(COURSES).status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer a b", "Bearer \xff\xfe", "Bearer fer_" + "0" * 64]
)
def test_a_wrong_token_is_told_how_to_come_in(header, db):
    answer = Client().get(COURSES, headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Content-Type"] == "application/problem+json"


def test_a_page_needs_its_csrf_token_and_a_program_needs_none(
    teacher, program_of, token_of
):
    page = Client(enforce_csrf_checks=True)
    page.force_login(teacher, "django.contrib.auth.backends.ModelBackend")
    body = {"title": "Algebra"}

    forged = page.post(COURSES, body, content_type="application/json")
    program = APIClient(enforce_csrf_checks=True)
    program.credentials(HTTP_AUTHORIZATION=f"Bearer {token_of(teacher)}")

    assert forged.status_code == 403
    assert program.post(COURSES, body, format="json").status_code == 201


def test_tokens_of_others_are_not_listed(teacher, colleague, browser_of):
    tokens.issue(
        user=colleague, name="Bob's report", scope="read", lasts=dt.timedelta(1)
    )

    assert b"Bob" not in browser_of(teacher).get(reverse("api-tokens")).content
