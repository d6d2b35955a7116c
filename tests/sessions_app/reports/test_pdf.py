"""The PDF, read back by other software: numbers, words, tags, and titles made to harm."""

import datetime as dt
import io
import json
import os
import re
import subprocess
import sys
import unicodedata

import pytest
from django.utils import timezone
from pypdf import PdfReader

from sessions_app.reports import pdf
from sessions_app.reports.content import report_content
from sessions_app.reports.pdf import NotDrawn, TookTooLong, as_pdf
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
    MarkFactory,
)

pytestmark = [pytest.mark.real, pytest.mark.django_db]

BEGAN = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
HOSTILE = (
    '=HYPERLINK("http://evil.example") #strong[x] $a$ <script>b</script> \\u{41} @c'
)
TURNED = "שלום עולם"
SECRET = 0.73


@pytest.fixture
def session(teacher):
    """Fifty minutes, of which every third has too few students."""
    session = ClassSessionFactory(
        teacher=teacher,
        title="Rings",
        course=CourseFactory(teacher=teacher, title="Algebra", term="Autumn"),
        started_at=BEGAN,
        ended_at=BEGAN + dt.timedelta(minutes=50),
        state="ended",
    )
    for index in range(50):
        ClassMinuteFactory(session=session, index=index, released=index % 3 > 0)
    MarkFactory(session=session, at=BEGAN + dt.timedelta(seconds=250), word="Proof")
    for minute, topic in ((0, "Sums"), (10, "=1+1 #x")):
        at = BEGAN + dt.timedelta(minutes=minute)
        MarkFactory(session=session, kind="topic", at=at, word=topic)
    return session


def tables_of(content):
    return [content["topics"]["table"], *content["tables"]]


def drawn(session):
    with timezone.override("Europe/Berlin"):
        content = report_content(session)
    return content, PdfReader(io.BytesIO(as_pdf(content)))


def words(reader):
    """The text of all pages, one space between words."""
    text = " ".join(page.extract_text() for page in reader.pages)
    return " ".join(unicodedata.normalize("NFKC", text).split())


def plain(text):
    return " ".join(unicodedata.normalize("NFKC", text).split())


def test_every_number_of_the_report_is_in_the_file_and_no_other(session):
    content, reader = drawn(session)
    read = words(reader)

    assert [len(table["rows"]) for table in tables_of(content)] == [2, 50, 50]
    for table in tables_of(content):
        rows = [plain(" ".join([*r["cells"], r["why"]])) for r in table["rows"]]
        assert [row for row in rows if row not in read] == []
    for figure in content["figures"]:
        assert plain(figure["value"]) in read
    assert all(plain(sentence) in read for sentence in content["sentences"])
    shown = set(re.findall(r"\d+ % ± \d+", read))
    expected = (
        {
            plain(cell)
            for table in tables_of(content)
            for row in table["rows"]
            for cell in row["cells"]
            if "±" in cell
        }
        | {plain(figure["value"]) for figure in content["figures"]}
        | {"35 % ± 15"}
    )
    assert shown <= expected


def test_a_suppressed_minute_shows_no_number(session):
    _, reader = drawn(session)

    suppressed = re.findall(
        r"(\d\d:\d\d) [\d:]+ too few students to show", words(reader)
    )

    assert len(suppressed) == 2 * 17  # in both tables
    assert suppressed[:2] == ["10:30", "10:33"]


def test_who_what_when_stand_in_it(session):
    _, reader = drawn(session)
    read = words(reader)

    for told in (
        "Rings",
        "Algebra, Autumn",
        "Monday, 2 March 2026, 10:30 to 11:20",
        "Europe/Berlin (UTC+01:00)",
        "10:34 Proof",
        "What these numbers are, and what they are not",
    ):
        assert told in read
    assert reader.metadata.title == "Rings"


def test_it_is_tagged_with_headings_tables_and_words_for_its_pictures(session):
    content, reader = drawn(session)
    catalogue = reader.trailer["/Root"]
    tags = structure(catalogue["/StructTreeRoot"])

    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"].startswith("en")
    assert b"pdfuaid" in catalogue["/Metadata"].get_data()
    kinds = [kind for kind, _ in tags]
    assert kinds.count("/H1") == 1
    assert kinds.count("/Table") == len(tables_of(content)) == 3
    heads = sum(len(table["head"]) for table in tables_of(content))
    assert kinds.count("/TH") == heads
    told = [alternative for kind, alternative in tags if kind == "/Figure"]
    assert told == [chart["alternative"] for chart in content["charts"]]


def structure(node):
    """Each tag of a document with its alternative text, from the top."""
    found = []
    children = node.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        child = child.get_object() if hasattr(child, "get_object") else child
        if isinstance(child, dict) and "/S" in child:
            found += [(child["/S"], child.get("/Alt", ""))]
        if isinstance(child, dict):
            found += structure(child)
    return found


@pytest.mark.parametrize("title", [HOSTILE, TURNED, "A 😀 and a 你"])
def test_what_people_typed_stays_text(session, title):
    session.title = title
    session.course.title = title
    session.teacher.name = title
    session.marks.update(word=title[:60])

    _, reader = drawn(session)

    assert reader.metadata.title == title
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    if title == HOSTILE:
        assert words(reader).count(title) >= 3
    assert not any(page.get("/Annots") for page in reader.pages)  # no link was made


def test_the_same_content_is_drawn_the_same(session):
    content, reader = drawn(session)

    assert words(PdfReader(io.BytesIO(as_pdf(content)))) == words(reader)


@pytest.mark.parametrize(
    ("paper", "points"), [("a4", (595, 842)), ("letter", (612, 792))]
)
def test_it_is_drawn_on_the_paper_of_the_installation(paper, points, session, settings):
    settings.FER_PAPER = paper

    content, reader = drawn(session)

    assert {
        (round(p.mediabox.width), round(p.mediabox.height)) for p in reader.pages
    } == {points}
    read = words(reader)
    for table in tables_of(content):
        assert all(plain(row["cells"][0]) in read for row in table["rows"])


def test_a_report_that_cannot_be_drawn_says_why(session):
    content, _ = drawn(session)
    del content["headline"]

    with pytest.raises(NotDrawn, match="headline"):
        as_pdf(content)


def test_a_drawing_that_takes_too_long_is_given_up(session, monkeypatch):
    monkeypatch.setattr(pdf, "_IDLE_FOR_S", 0.01)
    monkeypatch.setattr(pdf, "DRAWN_WITHIN_S", 0.02)

    with pytest.raises(TookTooLong):
        as_pdf({"title": "x"})


def test_a_drawing_that_never_has_its_turn_as_an_idle_process_is_drawn_all_the_same(
    session, monkeypatch
):
    monkeypatch.setattr(pdf, "_IDLE_FOR_S", 0.01)

    _, reader = drawn(session)

    assert "Rings" in words(reader)


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="Linux alone has it")
@pytest.mark.parametrize(
    ("priority", "policy"), [("idle", "SCHED_IDLE"), ("nice", "SCHED_OTHER")]
)
def test_a_drawing_process_lets_others_go_first(priority, policy):
    code = (
        "import os\n"
        "from sessions_app.reports import draw_pdf\n"
        f"draw_pdf._let_others_go_first({priority!r})\n"
        "print(os.sched_getscheduler(0), os.nice(0))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    chosen, niceness = map(int, done.stdout.split())
    assert chosen == getattr(os, policy)
    assert niceness >= 10


def test_a_whole_day_in_steps_of_ten_seconds_is_drawn(session, monkeypatch):
    """4,320 rows: the longest that a lesson can be."""
    monkeypatch.setattr(pdf, "DRAWN_WITHIN_S", 300)  # beside whatever else runs
    content, _ = drawn(session)
    [first, _] = content["tables"]
    first["rows"] = first["rows"][:40] * 108

    reader = PdfReader(io.BytesIO(as_pdf(content)))

    assert len(reader.pages) > 50
    assert json.dumps(content).count("too few") > 1000


@pytest.mark.parametrize("title", ["تقرير الدرس", "कक्षा का मूड", "Łódź, Ελλάδα, Киев"])
def test_letters_of_the_languages_that_are_offered_are_drawn(session, title):
    session.title = title

    content = json.dumps(report_content(session))

    assert b"pdfuaid" in as_pdf(
        json.loads(content)
    )  # it refuses a letter without a font
