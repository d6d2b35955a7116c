"""What a report says: from the released minutes, in the words of the lesson's page."""

import datetime as dt
import io
import re
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from sessions_app.reports.content import report_content
from sessions_app.reports.textures import COLOURS, TEXTURES
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    MarkFactory,
    with_an_alert,
)

pytestmark = pytest.mark.django_db

STATIC = Path(__file__).resolve().parents[3] / "static"
BEGAN = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def session(teacher, settings):
    """Six minutes: numbers, too few, a pause, an interruption, numbers twice."""
    settings.FER_EMOTION_INFERENCE = True
    session = ClassSessionFactory(
        teacher=teacher,
        title="Rings",
        started_at=BEGAN,
        ended_at=BEGAN + dt.timedelta(minutes=6),
        state="ended",
    )
    ClassMinuteFactory(session=session, index=0, released=True)
    ClassMinuteFactory(session=session, index=1)
    for index, why in ((2, "paused"), (3, "interrupted")):
        ClassMinuteFactory(session=session, index=index, status=why, pulse_status=why)
    for index in (4, 5):
        ClassMinuteFactory(session=session, index=index, released=True)
    MarkFactory(session=session, at=BEGAN + dt.timedelta(seconds=250), word="Proof")
    return session


def text_of(session, zone="Europe/Berlin"):
    with timezone.override(zone):
        return report_content(session)


def test_times_are_on_the_clock_of_a_zone_that_is_named(session):
    berlin, delhi = text_of(session), text_of(session, "Asia/Kolkata")

    assert berlin["when"] == "Monday, 2 March 2026, 10:30 to 10:36"
    assert berlin["zone"] == "Europe/Berlin (UTC+01:00)"
    assert delhi["zone"] == "Asia/Kolkata (UTC+05:30)"
    assert berlin["gaps"] == [
        "Paused 10:32 to 10:33",
        "Interrupted 10:33 to 10:34",
    ]
    assert berlin["marks"] == [{"time": "10:34", "word": "Proof"}]
    assert delhi["marks"] == [{"time": "15:04", "word": "Proof"}]


def test_a_row_has_the_minutes_numbers_or_says_why_it_has_none(session):
    looks, pulse = text_of(session)["tables"]

    assert looks["head"][2:] == [
        *("Happy", "Surprised", "Neutral", "Sad", "Fearful", "Disgusted", "Angry"),
        "Marked",
    ]
    assert looks["rows"][0]["cells"][:4] == [
        "10:30",
        "0:00",
        "30\u00a0% ±\u00a010",
        "5\u00a0% ±\u00a05",
    ]
    assert [row["why"] for row in looks["rows"]] == [
        "",
        "too few students to show",
        "the lesson was paused",
        "interrupted by a technical problem",
        "",
        "",
    ]
    assert [row["cells"] for row in pulse["rows"][1:3]] == [
        ["10:31", "1:00"],
        ["10:32", "2:00"],
    ]
    assert looks["rows"][4]["cells"][-1] == "10:34 Proof"


def test_words_and_figures_are_those_of_the_lesson_s_page(session, teacher, browser_of):
    page = browser_of(teacher).get(reverse("session-detail", args=[session.pk]))
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.content.decode()))

    told = text_of(session, "UTC")

    assert told["headline"] in shown
    assert all(sentence in shown for sentence in told["sentences"])
    assert len(told["figures"]) == 4
    assert all(f["name"] in shown and f["value"] in shown for f in told["figures"])


def test_a_small_class_shows_three_groups_alone(session):
    session.minutes.filter(status="released").update(shares=None, band=None)

    looks, _ = text_of(session)["tables"]

    assert looks["head"][2:5] == ["Pleased", "Calm", "Strained"]
    assert looks["rows"][0]["cells"][2] == "35\u00a0% ±\u00a015"


def test_a_lesson_without_a_shown_minute_says_so_and_has_no_chart(session):
    session.minutes.filter(status="released").delete()

    told = text_of(session)

    assert told["headline"] == "No numbers from this lesson"
    assert "Too few students" in told["sentences"][0]
    assert (told["charts"], told["tables"], told["figures"]) == ([], [], [])


def test_without_cameras_there_is_the_pulse_alone(session):
    session.expression_on = False

    told = text_of(session)

    assert [chart["title"] for chart in told["charts"]] == ["Pulse"]
    assert [table["caption"] for table in told["tables"]] == ["Shares of the pulse"]


def test_topics_have_the_numbers_of_the_export(session, teacher, browser_of):
    for minute, topic in ((0, "Sums"), (4, "Fields")):
        at = BEGAN + dt.timedelta(minutes=minute)
        MarkFactory(session=session, kind="topic", at=at, word=topic)
    url = reverse("session-json", args=[session.pk])
    exported = browser_of(teacher).get(url).json()["topics"]

    told = text_of(session)["topics"]

    assert told["sentences"] == ["No topic surely differs from the rest of the lesson."]
    assert [row["cells"][1] for row in told["table"]["rows"]] == ["Sums", "Fields"]
    for row, topic in zip(told["table"]["rows"], exported, strict=True):
        told_of = [
            *topic["answers"].values(),
            1 - topic["pulse"]["no_answer"],
            *topic["groups"].values(),
        ]
        assert [float(cell.split("\u00a0")[0]) for cell in row["cells"][2:]] == [
            round(100 * share) for share in told_of
        ]


@pytest.mark.parametrize("title", ["Rings", '=HYPERLINK("http://evil.example")'])
def test_workbook_and_json_say_the_words_and_figures_of_the_report(
    session, title, teacher, browser_of
):
    session.title = title
    session.save()
    browser = browser_of(teacher)

    told = text_of(session, "UTC")
    book = browser.get(reverse("session-workbook", args=[session.pk])).content
    sheet = load_workbook(io.BytesIO(book))["Summary"]
    json = browser.get(reverse("session-json", args=[session.pk])).json()["summary"]

    rows = [[cell for cell in row if cell is not None] for row in sheet.values]
    assert rows[0] == [title]
    assert sheet["A1"].data_type == "s"
    assert rows[3:] == [
        [told["headline"]],
        *([sentence] for sentence in told["sentences"]),
        *([f["name"], f["value"], f["at"]] for f in told["figures"]),
    ]
    assert json == {name: told[name] for name in json}
    assert len(json["figures"]) == 4


def test_the_workbook_s_minutes_have_the_numbers_of_the_tables(
    session, teacher, browser_of
):
    url = reverse("session-workbook", args=[session.pk])
    book = load_workbook(io.BytesIO(browser_of(teacher).get(url).content))
    names, *rows = book["Minutes"].values
    looks, pulse = text_of(session)["tables"]

    def of(row, *columns):
        numbers = [row[names.index(name)] for name in columns]
        return None if None in numbers else [round(100 * n) for n in numbers]

    seven = ("happy", "surprise", "neutral", "sad", "fear", "disgust", "angry")
    for table, kind, labels in (
        (looks, "share", seven),
        (pulse, "pulse", ("lost", "too_fast", "ok", "too_slow", "no_answer")),
    ):
        for told, row in zip(table["rows"], rows, strict=True):
            shown = told["cells"][2:][: len(labels)]
            shares = [int(cell.split("\u00a0")[0]) for cell in shown]
            assert of(row, *(f"{kind}_{label}" for label in labels)) == (shares or None)


def test_changes_that_held_are_those_of_page_and_export(session, teacher, browser_of):
    session.minutes.all().delete()
    with_an_alert(session)
    browser = browser_of(teacher)

    words = "More students look strained than before."
    assert text_of(session)["alerts"] == [{"time": "10:36", "word": words}]
    assert report_content(session)["alerts"][0]["time"] == "09:36"
    for name in ("session-detail", "session-report"):
        page = browser.get(reverse(name, args=[session.pk])).content.decode()
        assert "Changes that held" in page
        assert words in page
    told = browser.get(reverse("session-json", args=[session.pk])).json()["alerts"]
    assert [(each["id"], each["words"]) for each in told] == [("expression-8", words)]


def test_the_teacher_s_note_is_not_in_it(session):
    session.note = "Ask Mia about fields"
    session.save()

    assert "Mia" not in str(text_of(session))


def test_minutes_of_ten_seconds_have_their_seconds(session):
    session.window_s = 10
    session.ended_at = session.started_at + dt.timedelta(minutes=1)
    session.save()

    told = text_of(session)

    assert told["headline"] == "1 minute in 6 steps of 10 seconds, 3 with numbers."
    assert told["gaps"][0] == "Paused 10:30:20 to 10:30:30"


def test_colours_and_textures_are_those_of_the_pages():
    css = (STATIC / "css" / "tokens.css").read_text().split("@media")[0]
    variables = dict(re.findall(r"--([\w-]+): ([^;]+);", css))

    def colour(name):
        value = variables[name.replace("_", "-")]
        alias = re.fullmatch(r"var\(--([\w-]+)\)", value)
        return colour(alias[1]) if alias else value

    assert {name: colour(name) for name in COLOURS} == COLOURS
    script = (STATIC / "js" / "charts" / "textures.js").read_text()
    table = script.split("const TEXTURES = {")[1].split("}")[0]
    named = dict(re.findall(r'(\w+): "(\w+)"', table))
    assert {name: named[name] for name in TEXTURES} == TEXTURES
    styled = (STATIC / "css" / "report.css").read_text()
    assert [name for name in COLOURS if f".fill-{name} " not in styled] == []


def test_each_topic_has_the_numbers_of_the_lesson_s_page(session, teacher, browser_of):
    for word, minute in (("Fields", 0), ("Groups", 4)):
        at = session.started_at + dt.timedelta(minutes=minute)
        MarkFactory(session=session, kind="topic", word=word, at=at)
    table = report_content(session)["topics"]["table"]

    url = reverse("session-detail", args=[session.pk])
    page = " ".join(browser_of(teacher).get(url).content.decode().split())

    assert [row["cells"][1] for row in table["rows"]] == ["Fields", "Groups"]
    for row in table["rows"]:
        numbers = [cell.replace("\u00a0", " ") for cell in row["cells"][2:]]
        assert len(numbers) == 8
        for head, number in zip(table["head"][2:], numbers, strict=True):
            shown = f"({number} answered)" if head == "Answered" else f"{head} {number}"
            assert shown in page
