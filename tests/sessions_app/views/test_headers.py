"""What the browser is told about every page: no foreign code, no inline code, no frames."""

import re

import pytest
from django.urls import get_resolver, reverse

from sessions_app.web import participant_cookie
from tests.sessions_app.factories import ClassSessionFactory, as_read
from tests.sessions_app.views.access_matrix import ROLES, named_urls
from tests.sessions_app.views.conftest import undone

pytestmark = pytest.mark.django_db

INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=\"|javascript:",
    re.IGNORECASE,
)


def directives_of(answer):
    policy = answer["Content-Security-Policy"]
    return {name: rest for name, *rest in map(str.split, policy.split(";"))}


@pytest.fixture
def pages(arguments, browsers):
    """Every answer of every one of our URLs to some roles."""

    def ask(roles=ROLES, only="GET POST PUT PATCH DELETE"):
        for space, name, _, methods in named_urls(get_resolver()):
            if space == "admin":
                continue
            for role in roles:
                for method in methods & set(only.split()):
                    with undone(browsers[role]) as browser:
                        url = reverse(name, args=arguments(name))
                        yield url, getattr(browser, method.lower())(url)

    return ask


def test_every_answer_forbids_foreign_and_inline_code_frames_and_guesses(pages):
    for url, answer in pages(["stranger", "boss", "student"]):
        policy = directives_of(answer)
        assert policy["default-src"] == ["'self'"], url
        assert policy["object-src"] == policy["base-uri"] == ["'none'"], url
        assert policy["frame-ancestors"] == ["'none'"], url
        assert policy["form-action"] == ["'self'"], url
        assert not {"script-src", "style-src", "script-src-elem"} & set(policy), url
        assert "unsafe" not in str(policy), url
        assert answer["X-Frame-Options"] == "DENY", url
        assert answer["X-Content-Type-Options"] == "nosniff", url
        assert answer["Referrer-Policy"] == "same-origin", url


def test_no_page_holds_a_script_or_a_style_of_its_own(pages):
    looked_at = 0
    for url, answer in pages(only="GET"):
        if answer.get("Content-Type", "").startswith("text/html"):
            found = INLINE.search(answer.content.decode())
            assert found is None, (url, found)
            looked_at += b"<main" in answer.content

    assert looked_at > 50


def test_what_is_looked_for_would_be_found():
    for code in ("<script>x", "<p style='", '<a onclick="x"', "<a href='javascript:x"):
        assert INLINE.search(code)
    assert not INLINE.search('<script type="module" src="/static/site.js">')


def test_a_students_cookie_is_no_scripts_and_no_other_sites_and_goes_by_https(
    client, settings
):
    settings.SESSION_COOKIE_SECURE = True
    session = ClassSessionFactory(live=True)

    client.post(
        reverse("join", args=[session.join_code]), as_read(session), secure=True
    )

    cookie = client.cookies[participant_cookie.name()]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (
        True,
        True,
        "Lax",
    )
