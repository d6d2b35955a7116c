import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.sessions_app.factories import PASSWORD, InvitationFactory, UserFactory

CONTEXT = "your name or address, or the name of the school"
REMEDY = "Use three or four words that do not belong together."


@pytest.fixture
def alice():
    return UserFactory.build(email="alice.lovelace@gauss.example", name="Alice Byron")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("Chalk1", "too short"),
        ("password", "common password"),
        ("P@ssw0rd", "commonly used"),
        ("qwertyuiop", "common password"),
        ("iloveyou123", "common"),
        ("abcdefgh1", "easy to guess"),
        ("19051987", "easy to guess"),
        ("aaaaaaaaaaaa", "easy to guess"),
        ("Classmood2026!", CONTEXT),
        ("classmood-teacher", CONTEXT),
        ("alice.lovelace", CONTEXT),
        ("Lovelace2026", CONTEXT),
        ("byron12345", CONTEXT),
        ("gauss-2026", CONTEXT),
        ("mood.gauss.example1", CONTEXT),
    ],
)
def test_what_a_guesser_tries_first_is_refused_with_why_and_what_to_do(
    password, said, alice, settings
):
    settings.ALLOWED_HOSTS = ["mood.gauss.example"]

    with pytest.raises(ValidationError) as refused:
        validate_password(password, alice)

    told = " ".join(refused.value.messages)
    assert said in told
    assert REMEDY in told or "too short" in told


@pytest.mark.parametrize(
    "password",
    [
        "see-the-class-mood",
        PASSWORD,
        "tulip orbit ladle moss",
        "xK4#vq9!Lm",
        "ü" * 9 + "tulip orbit ladle moss" * 9,
    ],
)
def test_what_takes_many_guesses_is_taken(password, alice):
    validate_password(password, alice)


@pytest.mark.django_db
def test_all_three_doors_ask(teacher, browser_of, client, mailoutbox):
    weak = {"new_password1": "Classmood2026!", "new_password2": "Classmood2026!"}
    InvitationFactory(token="the-link")
    change, accept = reverse("password_change"), ["the-link"]

    changed = browser_of(teacher).post(change, {"old_password": PASSWORD, **weak})
    client.post(reverse("password_reset"), {"email": teacher.email})
    answers = {"name": "Dora", "password1": "Dora2026", "password2": "Dora2026"}
    accepted = Client().post(reverse("invitation-accept", args=accept), answers)

    assert CONTEXT in str(changed.context["form"].errors)
    assert CONTEXT in str(accepted.context["form"].errors)
