"""Pages, mails and sockets are in the language of who reads them."""

import json
import re

import pytest
from django.core import mail
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from sessions_app.minutes.claims import change_words
from sessions_app.services import outbox
from sessions_app.web.reader_language import language_at, offered
from tests.sessions_app.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_languages(settings):
    settings.LANGUAGES = [("en-gb", "English"), ("de", "Deutsch"), ("ar", "العربية")]


def language_of(response):
    return re.search(r'<html lang="([a-z-]+)"', response.content.decode())[1]


@pytest.mark.parametrize(
    ("accepted", "read"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en-gb"),
        ("tlh,de;q=0.5", "de"),
        ("tlh", "en-gb"),
        ("*", "en-gb"),
        (";;;q=,,", "en-gb"),
        ("", "en-gb"),
    ],
)
def test_a_page_is_in_the_first_language_of_the_browser_that_is_offered(accepted, read):
    page = Client(HTTP_ACCEPT_LANGUAGE=accepted).get("/")

    assert language_of(page) == read
    assert language_at({"headers": [(b"accept-language", accepted.encode())]}) == read


def test_a_link_names_the_language_for_the_pages_that_follow():
    student = Client()

    assert language_of(student.get("/privacy/?lang=de")) == "de"
    assert language_of(student.get("/")) == "de"


def test_who_chose_a_language_keeps_it_whatever_a_link_says():
    student = Client()
    chosen = student.post("/language/", {"language": "ar", "page": "/privacy/?lang=de"})

    assert (chosen.status_code, chosen.url) == (302, "/privacy/?lang=de")
    page = student.get(chosen.url)
    assert language_of(page) == "ar"
    assert b'dir="rtl"' in page.content
    assert language_at({"cookies": student_cookies(student)}) == "ar"


def student_cookies(client):
    return {name: each.value for name, each in client.cookies.items()}


@pytest.mark.parametrize("code", ["xx", "", "../de", "de\0", "d" * 600, "1", "DE;"])
def test_a_language_that_is_not_offered_changes_nothing(code):
    stranger = Client(HTTP_ACCEPT_LANGUAGE="de")

    assert language_of(stranger.get("/", {"lang": code})) == "de"
    assert stranger.post("/language/", {"language": code}).status_code == 400
    assert "language" not in stranger.cookies
    stranger.cookies["language"] = code[:50]
    assert language_of(stranger.get("/")) == "de"


@pytest.mark.parametrize(
    "page", ["https://evil.example/", "//evil.example", "", "javascript:alert(1)"]
)
def test_the_switch_leads_to_no_other_site(page):
    answer = Client().post("/language/", {"language": "de", "page": page})

    assert answer.url == "/"


def test_the_switch_takes_no_form_of_another_site():
    browser = Client(enforce_csrf_checks=True)

    def pressed_on(site):
        told = {"Sec-Fetch-Site": site}  # by every browser of today
        return browser.post("/language/", {"language": "de"}, headers=told).status_code

    assert pressed_on("cross-site") == 403
    assert pressed_on("same-origin") == 302


def test_the_account_says_the_language_where_the_browser_has_no_choice(browser_of):
    teacher = UserFactory(language="de")
    browser = browser_of(teacher)

    assert language_of(browser.get("/?lang=ar")) == "de"
    assert language_at({"user": teacher}) == "de"
    browser.cookies["language"] = "ar"
    assert language_of(browser.get("/")) == "ar"
    assert language_at({"user": teacher, "cookies": {"language": "ar"}}) == "ar"


def test_what_is_chosen_in_the_account_holds_at_once(browser_of):
    teacher = UserFactory(language="")
    browser = browser_of(teacher)
    browser.cookies["language"] = "ar"

    browser.post(reverse("security"), {"name": "Ada", "language": "de"})

    teacher.refresh_from_db()
    assert teacher.language == "de"
    assert language_of(browser.get("/")) == "de"
    browser.post(reverse("security"), {"name": "Ada", "language": ""})
    assert language_of(browser.get("/", HTTP_ACCEPT_LANGUAGE="ar")) == "ar"


def test_a_mail_is_in_the_language_of_its_recipient_or_of_who_asked(monkeypatch):
    UserFactory(email="ada@example.org", language="de")
    UserFactory(email="eve@example.org")
    for to in ("ada@example.org", "eve@example.org"):
        Client(HTTP_ACCEPT_LANGUAGE="en").post("/password-reset/", {"email": to})

    german, english = mail.outbox
    assert english.subject == "A new password for your account"
    assert "Hello" in english.body
    assert "Hello" not in german.body


def test_a_mail_of_a_language_that_is_offered_no_more_is_written_all_the_same():
    UserFactory(email="ada@example.org", language="tlh")

    outbox.put("password", to="ada@example.org", site="http://testserver")

    assert mail.outbox[0].subject == "A new password for your account"


def test_scripts_read_their_texts_in_the_language_of_the_page():
    texts = (
        Client().get("/texts.js", headers={"accept-language": "ar"}).content.decode()
    )

    catalogue = re.search(r"newcatalog = (\{.*?\});", texts, re.DOTALL)
    assert json.loads(catalogue[1])


def test_what_a_live_lesson_says_is_put_into_words_for_each_reader():
    said = change_words("calm", more=True)

    words = []
    for language in ("en-gb", "de"):
        with override(language):
            words.append(json.loads(json.dumps(said, cls=DjangoJSONEncoder)))

    assert words == [
        "More students look calm than before.",
        "Mehr Lernende als zuvor sehen ruhig aus.",
    ]


def test_a_variant_is_the_language_that_comes_nearest():
    assert [offered(code) for code in ("de-CH", "en-US", "pt", "")] == [
        *("de", "en-gb"),
        *("", ""),
    ]
