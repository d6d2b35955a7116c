"""Which section of the guides helps on which page: the link at its foot."""

from django.http import HttpRequest
from django.urls import reverse

_ON_PAGES = {
    ("student", "join-a-lesson"): ("home", "join", "join-enter"),
    ("student", "during-the-lesson"): ("join-class",),
    ("student", "change-your-mind"): ("join-leave", "join-my-data", "privacy"),
    ("student", "when-something-does-not-work"): ("try-it",),
    ("teacher", "get-in"): (
        *("invitation-accept", "login", "security", "lti-connect"),
        *("password_change", "password_change_done"),
        *("password_reset", "password_reset_done"),
        *("password_reset_confirm", "password_reset_complete"),
        *("second-factor", "second-factor-on", "second-factor-off"),
        *("factor-remove", "passkey-add", "second-factor-mailed"),
    ),
    ("teacher", "create-a-lesson"): ("session-list", "session-new", "session-edit"),
    ("teacher", "read-the-live-page"): ("session-detail",),
    ("teacher", "steer-the-lesson"): ("session-agenda",),
    ("teacher", "after-the-lesson"): (
        *("session-topics", "session-report", "session-delete"),
    ),
    ("teacher", "one-link-for-the-whole-term"): (
        *("course-list", "course-new", "course-detail", "course-edit"),
        *("course-delete", "course-co-teachers", "course-trend", "course-letter"),
        *("calendar", "totals", "totals-compare"),
    ),
    ("admin", "accounts"): ("people", "person"),
    ("admin", "rules"): (
        *("policy", "policy-records", "policy-assessment", "policy-processor"),
    ),
    ("admin", "watch-over-it"): ("audit",),
    ("api", "coming-in"): ("api-docs", "api-tokens"),
    ("lti", "before-you-begin"): ("lti-platforms", "lti-platform"),
    ("operations", "e-mail"): ("mail",),
    ("operations", "webhooks"): ("webhooks", "webhook"),
}
SECTIONS = {page: section for section, pages in _ON_PAGES.items() for page in pages}
HOME_OF_STAFF = ("teacher", "create-a-lesson")


def help_link(request: HttpRequest) -> str:
    """Where the page's link to the guides leads; blank where it has none."""
    page = request.resolver_match
    if page is None or page.namespace or page.url_name not in SECTIONS:
        return ""
    section = SECTIONS[page.url_name]
    if page.url_name == "home" and request.user.is_authenticated:
        section = HOME_OF_STAFF
    guide, heading = section
    return f"{reverse('help', args=[guide])}#{heading}"
