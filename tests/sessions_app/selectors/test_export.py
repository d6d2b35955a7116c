import csv
import io
import json
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from inference.labels import EMOTIONS
from sessions_app.models import AuditEntry
from sessions_app.selectors.export import as_csv, session_export
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(teacher):
    """An ended class with one released and one suppressed minute."""
    session = ClassSessionFactory(teacher=teacher, title="Rings", ended=True)
    ClassMinuteFactory(session=session, index=0, released=True)
    ClassMinuteFactory(session=session, index=1)
    return session


def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_csv_has_a_row_for_each_minute_and_no_numbers_where_too_few_were(session):
    released, suppressed = rows(as_csv(session_export(session=session)))

    assert (released["minute"], released["size"], released["valence"]) == (
        "0",
        "10",
        "-0.25",
    )
    assert [released[f"share_{label}"] for label in EMOTIONS] == [
        "0.05", "0.0", "0.0", "0.3", "0.1", "0.05", "0.5",
    ]  # fmt: skip
    assert released["pulse_no_answer"] == "0.2"
    told = {"session", "title", "teacher", "minute", "starts_at", "unusual"}
    told |= {"status", "pulse_status"}
    assert {name for name, value in suppressed.items() if value} == told
    assert (suppressed["status"], suppressed["unusual"]) == ("too_few", "False")


def test_lines_end_as_rfc_4180_says_and_excel_gets_its_mark_when_asked(session):
    export = session_export(session=session)

    assert as_csv(export).count("\r\n") == as_csv(export).count("\n") == 3
    assert as_csv(export, bom=True).startswith("\ufeffsession,title,")
    assert as_csv(export, bom=True).count("\r\n") == 3


def test_excel_reads_times_as_times_on_the_reader_s_clock(session):
    first = session.started_at.astimezone(ZoneInfo("Asia/Kolkata"))

    with timezone.override(ZoneInfo("Asia/Kolkata")):
        export = session_export(session=session)
        row, _ = rows(as_csv(export, bom=True).removeprefix("\ufeff"))

    # The one way to write date and time that Excel takes for such in every country.
    assert row["starts_at"] == f"{first:%Y-%m-%d %H:%M:%S}"
    assert row["time_zone"] == "Asia/Kolkata"
    assert "time_zone" not in as_csv(export)
    assert rows(as_csv(export))[0]["starts_at"].endswith("+00:00")


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        (
            '=HYPERLINK("http://bad.example","x")',
            '\'=HYPERLINK("http://bad.example","x")',
        ),
        ("+1", "'+1"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ('Rings, "fields"\r\nand ideals', 'Rings, "fields"\r\nand ideals'),
        ("\u202eevil", "\u202eevil"),
        ("Ringe für Ängstliche 🧮", "Ringe für Ängstliche 🧮"),
        ("a" * 200, "a" * 200),
    ],
)
def test_a_hostile_title_stays_one_cell_of_text(title, cell, teacher):
    course = CourseFactory(teacher=teacher, title=title, term="")
    session = ClassSessionFactory(title=title, course=course, ended=True)
    ClassMinuteFactory(session=session, released=True)

    [row] = rows(as_csv(session_export(session=session)))

    assert (row["title"], row["course"]) == (cell, cell)
    assert (row["valence"], row["coverage"]) == ("-0.25", "most")


def test_quotes_are_doubled(teacher):
    session = ClassSessionFactory(title='The "why"', teacher=teacher, ended=True)
    ClassMinuteFactory(session=session)

    assert ',"The ""why""",' in as_csv(session_export(session=session))


def test_an_export_holds_what_is_shown_and_no_sums(session):
    export = json.dumps(session_export(session=session), default=str)

    for kept in ("sums", "artefact", "0123456789abcdef", "join_code", "meeting_url"):
        assert kept not in export


def test_a_session_that_has_not_begun_exports_its_heading_alone(teacher):
    draft = ClassSessionFactory(teacher=teacher)

    assert as_csv(session_export(session=draft)).count("\r\n") == 1


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_class_page_links_to_files_with_harmless_names(
    session, teacher, browser_of, zone
):
    browser, zone = browser_of(teacher), ZoneInfo(zone)
    browser.cookies["time_zone"] = zone.key
    page = browser.get(reverse("session-detail", args=[session.pk])).content.decode()

    for form, begins in (("csv", b"session,title,"), ("json", b'{"session": {')):
        url = reverse(f"session-{form}", args=[session.pk])
        assert f'href="{url}"' in page
        answer = browser.get(url)
        day = f"{session.started_at.astimezone(zone):%Y-%m-%d}"
        name = f"class-{day}-{session.pk.hex[:8]}.{form}"
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.content.startswith(begins)


def test_excel_gets_a_byte_order_mark(session, teacher, browser_of):
    url = reverse("session-csv", args=[session.pk])

    answer = browser_of(teacher).get(url, {"bom": "1"})

    assert answer.content.startswith(b"\xef\xbb\xbfsession,")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


def test_an_export_is_written_down(session, boss, browser_of):
    browser_of(boss).get(reverse("session-csv", args=[session.pk]))

    entry = AuditEntry.objects.get(action="exported")
    assert (entry.actor, entry.object_id) == (boss.email, str(session.pk))
