"""Topics and marks on pages: an agenda that is pasted, and what is edited afterwards."""

import csv
import datetime as dt
import io
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions_app.models import ClassSession, Mark
from sessions_app.services.topics import begin
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    MarkFactory,
)

pytestmark = pytest.mark.django_db
PASTED = "\u2022 Fields\r\n\r\n- Groups\t of  units\r\n3. Rings\r\n   \r\n"
READ = ["Fields", "Groups of units", "3. Rings"]
LESSON = {"title": "Algebra", "frame_interval_s": "2", "pulse_on": "on"}


@pytest.fixture
def over(teacher):
    began = timezone.now().replace(microsecond=0) - dt.timedelta(hours=1)
    ended = began + dt.timedelta(minutes=45)
    return ClassSessionFactory(
        teacher=teacher, ended=True, started_at=began, ended_at=ended
    )


@pytest.fixture
def begun(over):
    """Make topics, or marks, by their minutes."""

    def of(kind="topic", **minutes):
        return [
            MarkFactory(
                session=over,
                kind=kind,
                word=word,
                at=over.started_at + dt.timedelta(minutes=minute),
            )
            for word, minute in minutes.items()
        ]

    return of


@pytest.fixture
def send(teacher, browser_of, over):
    """Send one row's form."""

    def of(mark=None, **fields):
        known = mark and {"mark": mark.pk, "at": local(mark.at), "word": mark.word}
        url = reverse("session-topics", args=[over.pk])
        return browser_of(teacher).post(url, (known or {}) | fields)

    return of


def local(at):
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M:%S}"


def words(session, kind="topic"):
    marks = session.marks.filter(kind=kind)
    return list(marks.values_list("word", flat=True))


def problem(answer):
    """What the row that was sent says of itself."""
    forms = [*answer.context["topics"], *answer.context["moments"]]
    [errors] = [form.errors for form in forms if form.is_bound]
    return " ".join(text for texts in errors.values() for text in texts)


def test_a_list_is_pasted_into_a_new_lesson_and_edited_later(teacher, browser_of):
    browser = browser_of(teacher)
    browser.post(reverse("session-new"), LESSON | {"agenda": PASTED})
    session = ClassSession.objects.get()
    assert session.agenda == READ

    draft = browser.get(reverse("session-detail", args=[session.pk])).content.decode()
    assert "\n".join(READ) in draft
    url = reverse("session-agenda", args=[session.pk])
    assert browser.post(url, {"agenda": "Rings\nFields"}).status_code == 302
    session.refresh_from_db()
    assert session.agenda == ["Rings", "Fields"]
    browser.post(
        reverse("session-edit", args=[session.pk]), LESSON | {"agenda": "Sets"}
    )
    session.refresh_from_db()
    assert session.agenda == ["Sets"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n".join(f"Topic {n}" for n in range(5000)), "5000 topics are too many"),
        (f"Rings\n{'x' * 61}", "Topic 2 has 61 characters; 60 is the most"),
        ("Rings\nexam\u202egnp", "Topic 2: Some characters here are invisible"),
        ("Rings\n\u3164", "Topic 2: Nothing of this text can be seen"),
    ],
    ids=["5000", "long", "turned", "nothing"],
)
def test_an_agenda_that_cannot_be_is_refused_and_stays_as_it_was_typed(
    teacher, browser_of, text, said
):
    browser = browser_of(teacher)
    session = ClassSessionFactory(teacher=teacher, agenda=["Sets"])

    pages = [
        browser.post(reverse("session-agenda", args=[session.pk]), {"agenda": text}),
        browser.post(
            reverse("session-edit", args=[session.pk]), LESSON | {"agenda": text}
        ),
        browser.post(reverse("session-new"), LESSON | {"agenda": text}),
    ]

    for page in pages:
        assert page.status_code == 200
        assert said in page.content.decode()
        assert page.context["form"]["agenda"].value() == text
    session.refresh_from_db()
    assert session.agenda == ["Sets"]
    assert ClassSession.objects.count() == 1


def test_a_form_opened_before_a_topic_began_does_not_bring_it_back(teacher, browser_of):
    session = ClassSessionFactory(
        teacher=teacher, live=True, agenda=["Fields", "Groups"]
    )
    browser, url = browser_of(teacher), reverse("session-edit", args=[session.pk])
    page = browser.get(url).content.decode()
    assert 'name="initial-agenda" value="Fields\nGroups"' in page

    begin(session=session, by=teacher)
    opened = {"agenda": "Fields\r\nGroups", "initial-agenda": "Fields\r\nGroups"}
    browser.post(url, LESSON | {"title": "Algebra 2"} | opened)

    session.refresh_from_db()
    assert (session.title, session.agenda) == ("Algebra 2", ["Groups"])


def test_the_same_lesson_again_has_the_same_topics(teacher, browser_of, over, begun):
    begun(Fields=1, Groups=9)
    ClassSession.objects.filter(pk=over.pk).update(agenda=["Rings"])
    browser, url = browser_of(teacher), reverse("session-new")

    form = browser.get(f"{url}?like={over.pk}").context["form"]
    assert form["agenda"].value() == "Fields\nGroups\nRings"
    browser.post(f"{url}?like={over.pk}", LESSON | {"agenda": "Fields\nGroups\nRings"})

    made = ClassSession.objects.exclude(pk=over.pk).get()
    assert made.agenda == ["Fields", "Groups", "Rings"]


def test_topics_are_named_moved_merged_added_and_deleted(over, begun, send):
    fields, groups, rings = begun(Fields=1, Groups=9, Rings=20)

    assert send(groups, word="Normal groups").status_code == 302
    send(rings, at=local(rings.at + dt.timedelta(minutes=5)))
    at = local(over.started_at + dt.timedelta(minutes=40))
    send(kind="topic", at=at, word="Sets")
    assert words(over) == ["Fields", "Normal groups", "Rings", "Sets"]
    rings.refresh_from_db()
    assert rings.at == over.started_at + dt.timedelta(minutes=25)

    send(groups, do="merge")
    assert words(over) == ["Fields + Normal groups", "Rings", "Sets"]
    send(rings, do="delete")
    assert words(over)[1:] == ["Sets"]
    fields.refresh_from_db()
    assert fields.at == over.started_at + dt.timedelta(minutes=1)


def test_marks_are_named_moved_merged_and_deleted_too(over, begun, send):
    proof, lemma = begun("moment", Proof=3, Lemma=5)

    send(lemma, at=local(lemma.at + dt.timedelta(seconds=30)), word="Lemma 2")
    assert words(over, "moment") == ["Proof", "Lemma 2"]
    send(lemma, do="merge")
    assert words(over, "moment") == ["Proof + Lemma 2"]
    send(proof, do="delete")
    assert words(over, "moment") == []
    send(kind="moment", at=local(over.started_at), word="")
    assert words(over, "moment") == [""]


def test_a_row_says_what_is_wrong_and_keeps_what_was_typed(over, begun, send):
    fields, groups = begun(Fields=1, Groups=9)

    passed = send(groups, at=local(over.started_at), word="Typed")
    assert "“Fields” would be passed" in problem(passed)
    assert 'value="Typed"' in passed.content.decode()
    assert "merged" in problem(send(fields, do="merge"))
    late = local(over.ended_at + dt.timedelta(minutes=1))
    assert "after the lesson ended" in problem(send(kind="topic", at=late, word="X"))
    assert problem(send(kind="topic", at="", word="X")) == "This field is required."
    assert "can be seen" in problem(send(groups, word="\u200d"))
    assert words(over) == ["Fields", "Groups"]


def test_a_save_without_a_change_moves_nothing_by_fractions_of_a_second(over, send):
    topic = MarkFactory(
        session=over,
        kind="topic",
        word="Fields",
        at=over.started_at + dt.timedelta(seconds=90.7),
    )

    send(topic, word="Rings")

    topic.refresh_from_db()
    assert topic.at == over.started_at + dt.timedelta(seconds=90.7)
    assert topic.word == "Rings"


def test_a_press_that_is_repeated_adds_one_topic(over, send):
    fields = {"kind": "topic", "at": local(over.started_at), "word": "A", "once": "k"}

    assert [send(**fields).status_code for _ in range(2)] == [302, 302]
    assert words(over) == ["A"]


def test_a_row_of_another_lesson_is_not_found(send):
    foreign = MarkFactory(kind="topic", word="Theirs")

    assert send(foreign, do="delete").status_code == 404
    assert Mark.objects.filter(pk=foreign.pk).exists()


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("2:30", 150), ("1:02:30", 3750), ("-0:45", -45), ("\u22120:45", -45), ("", 0)],
)
def test_a_recording_s_clock_is_read_as_players_show_it(
    teacher, browser_of, over, typed, seconds
):
    sent = LESSON | {"recording_url": "youtu.be/abc", "recording_starts": typed}
    browser_of(teacher).post(reverse("session-edit", args=[over.pk]), sent)

    over.refresh_from_db()
    assert over.recording_url == "https://youtu.be/abc"
    assert over.recording_offset_s == seconds


@pytest.mark.parametrize("typed", ["soon", "150", "1:75", "1:2:3:4", "100:00:00"])
def test_what_is_no_time_of_a_recording_is_said_so(teacher, browser_of, over, typed):
    sent = LESSON | {"recording_url": "javascript:alert(1)", "recording_starts": typed}
    page = browser_of(teacher).post(reverse("session-edit", args=[over.pk]), sent)

    errors = page.context["form"].errors
    assert "Write it as 2:30" in errors["recording_starts"][0]
    assert "recording_url" in errors
    over.refresh_from_db()
    assert (over.recording_url, over.recording_offset_s) == ("", 0)


def test_the_summary_escapes_a_topic_made_to_harm_and_a_spreadsheet_runs_none(
    teacher, browser_of, over, begun
):
    begun(**{"<img src=x onerror=alert(1)>": 0, '=HYPERLINK("http://evil.example")': 9})
    for index in range(12):
        ClassMinuteFactory(session=over, index=index, released=True)
    browser = browser_of(teacher)

    for name in ("session-detail", "session-topics"):
        page = browser.get(reverse(name, args=[over.pk])).content.decode()
        assert "<img src=x" not in page
        assert "&lt;img src=x onerror" in page
    for name in ("session-csv", "session-topics-csv"):
        text = browser.get(reverse(name, args=[over.pk])).content.decode()
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert any("HYPERLINK" in cell for cell in cells)
        assert not any(cell.startswith("=") for cell in cells)
    book = browser.get(reverse("session-workbook", args=[over.pk])).content
    sheets = ZipFile(io.BytesIO(book))
    assert "Topics" in sheets.read("xl/workbook.xml").decode()
    for name in sheets.namelist():
        assert b"<f>" not in sheets.read(name)


@pytest.mark.parametrize("fold", [0, 1], ids=["summer", "winter"])
def test_in_the_hour_that_autumn_repeats_topics_are_edited_too(
    teacher, browser_of, fold
):
    berlin = ZoneInfo("Europe/Berlin")
    began = dt.datetime(2025, 10, 26, 2, 10, fold=fold, tzinfo=berlin)
    began = began.astimezone(dt.UTC)
    session = ClassSessionFactory(
        teacher=teacher,
        ended=True,
        started_at=began,
        ended_at=began + dt.timedelta(minutes=40),
    )
    topic = MarkFactory(session=session, kind="topic", word="Rings", at=began)
    browser = browser_of(teacher)
    browser.cookies["time_zone"] = "Europe/Berlin"
    url = reverse("session-topics", args=[session.pk])
    sent = {"mark": topic.pk, "at": "2025-10-26T02:10:00", "word": "Fields"}

    assert browser.post(url, sent).status_code == 302
    moved = sent | {"at": "2025-10-26T02:20:00"}
    assert browser.post(url, moved).status_code == 302
    added = {"at": "2025-10-26T02:30:00", "word": "Sets"}
    assert browser.post(url, added).status_code == 302

    since = [mark.at - began for mark in session.marks.topics()]
    assert since == [dt.timedelta(minutes=10), dt.timedelta(minutes=20)]
    assert words(session) == ["Fields", "Sets"]


def test_the_hour_that_spring_leaves_out_is_refused(teacher, browser_of):
    began = dt.datetime(2025, 3, 30, 0, 30, tzinfo=dt.UTC)
    session = ClassSessionFactory(
        teacher=teacher,
        ended=True,
        started_at=began,
        ended_at=began + dt.timedelta(hours=1),
    )
    browser = browser_of(teacher)
    browser.cookies["time_zone"] = "Europe/Berlin"
    url = reverse("session-topics", args=[session.pk])

    answer = browser.post(url, {"at": "2025-03-30T02:30:00", "word": "Sets"})

    assert "may not exist" in problem(answer)
    assert not session.marks.exists()
