import csv
import datetime as dt
import io
import json
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from inference.labels import EMOTIONS, GROUPS
from sessions_app.models import AuditEntry
from sessions_app.selectors.export import (
    as_csv,
    as_workbook,
    session_export,
)
from sessions_app.selectors.spreadsheet import WORKBOOK
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
    MarkFactory,
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
        "20",
        "-0.25",
    )
    assert [released[f"group_{group}"] for group in GROUPS] == ["0.35", "0.5", "0.15"]
    assert released["statement"] == "most:calm"
    assert released["pulse_band_ok"] == "0.15"
    assert [released[f"share_{label}"] for label in EMOTIONS] == [
        "0.05", "0.0", "0.0", "0.3", "0.1", "0.05", "0.5",
    ]  # fmt: skip
    assert released["pulse_no_answer"] == "0.2"
    told = {"session", "title", "teacher", "minute", "starts_at", "unusual"}
    told |= {"status", "pulse_status", "local_time", "time_zone", "elapsed_s"}
    told.add("pulse_choices")
    assert {name for name, value in suppressed.items() if value} == told
    assert (suppressed["status"], suppressed["unusual"]) == ("too_few", "False")


def test_lines_end_as_rfc_4180_says(session):
    text = as_csv(session_export(session=session))

    assert text.count("\r\n") == text.count("\n") == 3


def cells(book):
    """The minutes of a workbook, by the names in its first row."""
    sheet = load_workbook(io.BytesIO(book)).active
    names, *rows = sheet.iter_rows()
    names = [cell.value for cell in names]
    return [dict(zip(names, row, strict=True)) for row in rows]


def plain(value):
    """A number as a number, all else as text, from either file."""
    try:
        return float(str(value))
    except ValueError:
        return str(value)


def test_a_workbook_says_what_the_csv_says_with_a_type_in_every_cell(session):
    """So that no region's separator and no region's decimal sign can change it."""
    export = session_export(session=session)

    for row, in_csv in zip(
        cells(as_workbook(export)), rows(as_csv(export)), strict=True
    ):
        zone, starts_at = row["time_zone"], row.pop("starts_at")
        there = dt.datetime.fromisoformat(in_csv.pop("starts_at"))
        off = starts_at.value.replace(tzinfo=dt.UTC) - there
        assert abs(off) <= dt.timedelta(milliseconds=1)  # as fine as a cell is
        assert (starts_at.is_date, zone.value) == (True, "UTC")
        assert {n: plain(c.value) for n, c in row.items() if c.value is not None} == {
            name: plain(cell) for name, cell in in_csv.items() if cell
        }
    released, _ = cells(as_workbook(export))
    numbers = ("minute", "size", "share_happy", "band_sad", "valence", "pulse_lost")
    assert {released[name].data_type for name in numbers} == {"n"}
    assert released["unusual"].data_type == "b"


def test_a_workbook_s_times_are_on_the_reader_s_clock(session):
    first = session.started_at.astimezone(ZoneInfo("Asia/Kolkata"))

    with timezone.override(ZoneInfo("Asia/Kolkata")):
        row, _ = cells(as_workbook(session_export(session=session)))

    assert f"{row['starts_at'].value:%Y-%m-%d %H:%M}" == f"{first:%Y-%m-%d %H:%M}"
    assert row["starts_at"].number_format == "yyyy-mm-dd hh:mm:ss"
    assert row["time_zone"].value == "Asia/Kolkata"


def test_every_export_says_the_local_time_with_its_offset(teacher):
    """Also in a class that is held while the clocks go back."""
    berlin = ZoneInfo("Europe/Berlin")
    started_at = dt.datetime(2026, 10, 25, 0, 59, tzinfo=dt.UTC)
    ended_at = started_at + dt.timedelta(minutes=2)
    session = ClassSessionFactory(
        teacher=teacher, state="ended", started_at=started_at, ended_at=ended_at
    )
    for index in range(2):
        ClassMinuteFactory(session=session, index=index)

    with timezone.override(berlin):
        export = session_export(session=session)
        in_csv, in_excel = rows(as_csv(export)), cells(as_workbook(export))

    told = ["2026-10-25T02:59:00+02:00", "2026-10-25T02:00:00+01:00"]
    assert [minute["local_time"] for minute in export["minutes"]] == told
    assert [row["local_time"] for row in in_csv] == told
    assert [row["local_time"].value for row in in_excel] == told
    assert [row["elapsed_s"] for row in in_csv] == ["0", "60"]
    assert {row["time_zone"] for row in in_csv} == {"Europe/Berlin"}
    assert export["session"]["time_zone"] == "Europe/Berlin"


def test_the_same_export_is_the_same_workbook(session):
    export = session_export(session=session)

    assert as_workbook(export) == as_workbook(export)


@pytest.mark.parametrize(
    "title",
    ["=1+1", "{=1+1}", "https://bad.example/", "00042", "1.5", "é 🧮", "a\tb"],
)
def test_what_people_typed_is_text_in_a_workbook(title, teacher):
    session = ClassSessionFactory(teacher=teacher, title=title, ended=True)
    ClassMinuteFactory(session=session, released=True)

    [row] = cells(as_workbook(session_export(session=session)))

    assert (row["title"].value, row["title"].data_type) == (title, "s")
    assert row["title"].hyperlink is None


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
        ("Rings;=1+1;fields", "Rings;'=1+1;fields"),
        (";@SUM(A1);;-1", ";'@SUM(A1);;'-1"),
        ("Rings; fields", "Rings; fields"),
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


def test_a_minute_has_its_marks_and_the_replies_to_the_class(session):
    for kind, after_s, word in (
        ("moment", 5, "Proof"),
        ("reply", 61, "=1+1;@SUM(A1)"),
        ("reply", 70, "Slide 4 again"),
    ):
        at = session.started_at + dt.timedelta(seconds=after_s)
        MarkFactory(session=session, kind=kind, at=at, word=word)

    export = session_export(session=session)

    began = session.started_at
    times = [f"{began + dt.timedelta(seconds=s):%H:%M:%S}" for s in (5, 61, 70)]
    said = [
        (f"{times[0]} Proof", None),
        (None, f"{times[1]} =1+1;@SUM(A1); {times[2]} Slide 4 again"),
    ]
    in_excel = cells(as_workbook(export))
    assert [(row["marks"].value, row["replies"].value) for row in in_excel] == said
    assert in_excel[1]["replies"].data_type == "s"
    in_csv = [(row["marks"], row["replies"]) for row in rows(as_csv(export))]
    kept = said[1][1].replace(";@SUM", ";'@SUM")
    assert in_csv == [(said[0][0], ""), ("", kept)]


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


def test_the_class_page_links_to_a_workbook(session, teacher, browser_of):
    browser, url = browser_of(teacher), reverse("session-workbook", args=[session.pk])
    page = browser.get(reverse("session-detail", args=[session.pk])).content.decode()

    answer = browser.get(url)

    assert f'href="{url}"' in page
    assert answer["Content-Type"] == WORKBOOK
    assert answer["Content-Disposition"].endswith('.xlsx"')
    assert len(cells(answer.content)) == 2


def test_an_export_is_written_down(session, boss, browser_of):
    browser_of(boss).get(reverse("session-csv", args=[session.pk]))

    entry = AuditEntry.objects.get(action="exported")
    assert (entry.actor, entry.object_id) == (boss.email, str(session.pk))
