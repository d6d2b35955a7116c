"""A decision is on the text of the language that was read, and says which one that was."""

import pytest
from django.test import Client

from sessions_app.enums import Purpose
from sessions_app.models import Consent
from sessions_app.selectors.consent import asked_again, choices_of
from tests.sessions_app.factories import ClassSessionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _versions(settings):
    settings.LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
    settings.FER_CONSENT_VERSION = "2030-01"
    settings.FER_CONSENT_EDITIONS = {"de": 2}


@pytest.fixture
def session():
    return ClassSessionFactory(live=True)


def join(session, language, **answers):
    """A student's browser that has read the page in a language, and answered."""
    student = Client(headers={"accept-language": language})
    page = student.get(f"/j/{session.join_code}/")
    answers |= {"read": page.context["form"].now}
    assert student.post(f"/j/{session.join_code}/", answers).status_code == 302
    return student


def test_a_decision_says_which_language_was_read(session):
    join(session, "en", pulse="yes")
    join(session, "de", pulse="yes")

    versions = Consent.objects.order_by("pk").values_list("text_version", flat=True)
    assert [*versions] == ["2030-01", "2030-01 de2"]


def test_a_yes_in_one_language_counts_while_the_page_is_read_in_another(session):
    student = join(session, "de", pulse="yes")

    page = student.get(
        f"/j/{session.join_code}/class/", headers={"accept-language": "en"}
    )

    assert page.status_code == 200
    assert choices_of(session.participants.get())[Purpose.PULSE]


def test_a_change_of_one_translation_asks_those_again_who_read_it(session, settings):
    join(session, "de", pulse="yes")
    join(session, "en", pulse="yes")
    german, english = session.participants.order_by("joined_at")

    settings.FER_CONSENT_EDITIONS = {"de": 3}

    assert asked_again(german) == {Purpose.PULSE}
    assert not choices_of(german)[Purpose.PULSE]
    assert asked_again(english) == set()
    assert choices_of(english)[Purpose.PULSE]


def test_a_change_of_the_text_asks_everybody_again(session, settings):
    join(session, "de", pulse="yes")
    join(session, "en", pulse="yes")

    settings.FER_CONSENT_VERSION = "2030-02"

    for each in session.participants.all():
        assert asked_again(each) == {Purpose.PULSE}


def test_what_was_read_in_another_language_than_it_is_sent_in_is_asked_again(session):
    student = Client(headers={"accept-language": "de"})
    read = student.get(f"/j/{session.join_code}/").context["form"].now

    answer = student.post(
        f"/j/{session.join_code}/",
        {"pulse": "yes", "read": read},
        headers={"accept-language": "en"},
    )

    assert answer.status_code == 200
    assert "Please read the new rules" in answer.content.decode()
    assert not Consent.objects.exists()
