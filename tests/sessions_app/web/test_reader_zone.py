"""The reader's time zone is a cookie that anybody may write; wrong ones are harmless."""

import datetime as dt

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from sessions_app.models import AuditEntry
from sessions_app.web.reader_zone import COOKIE, ReaderZone

NOON = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)


def hour_for(rf, cookie):
    request = rf.get("/")
    if cookie is not None:
        request.COOKIES[COOKIE] = cookie
    shown = ReaderZone(lambda _: HttpResponse(f"{timezone.localtime(NOON):%H:%M}"))
    return shown(request).content.decode()


@pytest.mark.parametrize(
    ("cookie", "hour"),
    [
        ("Europe/Berlin", "14:00"),
        ("Asia/Calcutta", "17:30"),  # what Chromium calls Asia/Kolkata
        ("America/Argentina/Buenos_Aires", "09:00"),
        ("UTC", "12:00"),
    ],
)
def test_a_page_is_rendered_on_the_reader_s_clock(rf, cookie, hour):
    assert hour_for(rf, cookie) == hour


@pytest.mark.parametrize(
    "cookie",
    [
        None,
        "",
        "Europe",
        "Mars/Base",
        "../../etc/passwd",
        "/etc/passwd",
        "a\x00b",
        "x" * 4000,
        "é",
    ],
)
def test_without_a_zone_that_exists_the_server_s_clock_is_shown(rf, cookie):
    assert settings.TIME_ZONE == "UTC"
    assert hour_for(rf, cookie) == "12:00"


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "there"), [("UTC", 0), ("Asia/Tokyo", 1)])
def test_the_audit_is_filtered_by_the_reader_s_day(boss, browser_of, zone, there):
    at = dt.datetime(2026, 11, 4, 23, 30, tzinfo=dt.UTC)
    AuditEntry.objects.create(at=at, action="exported", actor=boss.email, detail="CSV")
    browser = browser_of(boss)
    browser.cookies[COOKIE] = zone

    day = {"since": "2026-11-05", "until": "2026-11-05"}
    shown = browser.get(reverse("audit"), day).context["page_obj"]

    assert shown.paginator.count == there


def test_one_reader_s_zone_does_not_stay_for_the_next(rf):
    hour_for(rf, "Europe/Berlin")

    assert hour_for(rf, None) == "12:00"
