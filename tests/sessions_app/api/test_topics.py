"""Topics: an agenda, what runs, what is edited afterwards, and what is refused in words."""

import datetime as dt
import itertools

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions_app.models import AuditEntry, Mark
from sessions_app.services import sessions
from sessions_app.services.topics import MOST_TOPICS
from tests.sessions_app.factories import ClassSessionFactory, MarkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(teacher):
    """Twenty minutes old."""
    began = timezone.now() - dt.timedelta(minutes=20)
    return ClassSessionFactory(teacher=teacher, live=True, started_at=began)


@pytest.fixture
def begun(session):
    """Make topics by their minutes."""

    def of(**minutes):
        return [
            MarkFactory(
                session=session,
                kind="topic",
                word=word,
                at=session.started_at + dt.timedelta(minutes=minute),
            )
            for word, minute in minutes.items()
        ]

    return of


@pytest.fixture
def ask(teacher, browser_of, session):
    """Ask the API about the topics of a lesson."""
    browser = browser_of(teacher)

    def of(method, body=None, *, topic=None, what="", of=session):
        names = [of.pk, topic.pk] if topic else [of.pk]
        name = f"api-session-{what or ('topic' if topic else 'topics')}"
        url = reverse(name, args=names)
        return getattr(browser, method)(url, body, content_type="application/json")

    return of


def words(ask):
    return [told["word"] for told in ask("get").json()]


def complaint(answer):
    told = answer.json()
    return told["errors"][0]["detail"] if "errors" in told else told["detail"]


def test_the_agenda_is_gone_through_in_its_order(ask, session):
    agenda = ["Fields", "Groups", "Rings"]
    assert ask("put", {"agenda": agenda}, what="agenda").json() == {"agenda": agenda}

    first = ask("post", {})
    second = ask("post", {"word": "Groups"})
    assert (first.status_code, second.status_code) == (201, 201)

    assert ask("get", what="agenda").json() == {"agenda": ["Rings"]}
    told = ask("get").json()
    assert [topic["word"] for topic in told] == ["Fields", "Groups"]
    assert told[0]["ends_at"] == told[1]["at"]
    assert told[1]["ends_at"] is None
    timeline = ask("get").client.get(reverse("session-timeline", args=[session.pk]))
    assert timeline.json()["topics"] == told
    assert timeline.json()["agenda"] == ["Rings"]
    assert timeline.json()["marks"] == []


def test_each_change_lets_open_dashboards_read_it_again(ask, session, begun, teacher):
    [rings, fields] = begun(Rings=1, Fields=5)
    note = MarkFactory(session=session)
    changes = [
        lambda: ask("put", {"agenda": ["Sets"]}, what="agenda"),
        lambda: ask("post", {"word": "Groups"}),
        lambda: ask("patch", {"word": "Bodies"}, topic=fields),
        lambda: ask("post", {"other": str(rings.pk)}, topic=fields, what="topic-merge"),
        lambda: ask("delete", topic=rings),
        lambda: ask("post", {"word": "Proof"}, what="marks"),
        lambda: ask("patch", {"word": "Proof"}, topic=note, what="mark"),
        lambda: sessions.update(session=session, by=teacher, agenda=["Sums"]),
    ]

    seen = [0]
    for change in changes:
        change()
        snapshot = ask("get", what="snapshot").json()
        seen.append(snapshot["marks_version"])

    assert all(later > earlier for earlier, later in itertools.pairwise(seen)), seen
    sessions.update(session=session, by=teacher, title="Algebra")
    assert ask("get", what="snapshot").json()["marks_version"] == seen[-1]


def test_without_an_agenda_a_topic_has_a_number_until_it_is_named(ask):
    assert ask("post", {}).json()["word"] == "Topic 1"
    made = ask("post", {}).json()
    assert made["word"] == "Topic 2"

    named = ask("patch", {"word": "Groups"}, topic=Mark.objects.get(pk=made["id"]))

    assert named.json()["word"] == "Groups"
    assert words(ask) == ["Topic 1", "Groups"]


def test_the_same_tap_on_two_devices_begins_one_topic(ask, session):
    ask("put", {"agenda": ["Fields", "Groups"]}, what="agenda")

    answers = [ask("post", {"word": "Fields"}).json() for _ in range(2)]

    assert answers[0]["id"] == answers[1]["id"]
    assert ask("get", what="agenda").json() == {"agenda": ["Groups"]}


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(60, "in the future"), (-60, "before the lesson started")],
)
def test_a_topic_outside_the_lesson_is_refused(ask, session, begun, minutes, said):
    at = (session.started_at + dt.timedelta(minutes=minutes)).isoformat()
    [known] = begun(Fields=1)

    for answer in (
        ask("post", {"at": at, "word": "Groups"}),
        ask("patch", {"at": at}, topic=known),
    ):
        assert answer.status_code == 400
        assert said in complaint(answer)
    assert words(ask) == ["Fields"]


def test_topics_cannot_overlap_since_a_beginning_ends_the_one_before(ask, begun):
    """What is added between splits the topic that it falls into; the same moment is taken."""
    fields, groups = begun(Fields=1, Groups=11)
    between = (fields.at + dt.timedelta(minutes=4)).isoformat()

    assert ask("post", {"at": between, "word": "Rings"}).status_code == 201
    taken = ask("post", {"at": groups.at.isoformat(), "word": "Modules"})

    assert taken.status_code == 400
    assert "“Groups” begins at this very moment" in complaint(taken)
    told = ask("get").json()
    assert [topic["word"] for topic in told] == ["Fields", "Rings", "Groups"]
    ends = [topic["ends_at"] for topic in told]
    assert ends == [topic["at"] for topic in told[1:]] + [None]


def test_a_topic_is_moved_up_to_its_neighbours_and_not_past_them(ask, begun):
    fields, groups, rings = begun(Fields=1, Groups=8, Rings=15)
    near = groups.at + dt.timedelta(minutes=5)

    assert ask("patch", {"at": near.isoformat()}, topic=groups).status_code == 200
    for beyond, name in ((fields.at, "Fields"), (rings.at, "Rings")):
        for seconds in (-30, 0, 30):
            at = beyond + dt.timedelta(seconds=seconds)
            inside = fields.at < at < rings.at
            answer = ask("patch", {"at": at.isoformat()}, topic=groups)
            assert answer.status_code == (200 if inside else 400)
            assert inside or f"“{name}” " in complaint(answer)
    assert words(ask) == ["Fields", "Groups", "Rings"]


def test_neighbours_are_merged_and_nothing_else_is(ask, begun):
    fields, groups, rings = begun(Fields=1, Groups=8, Rings=15)

    def merge(topic, other):
        body = {"other": str(other.pk)}
        return ask("post", body, topic=topic, what="topic-merge")

    assert merge(fields, fields).status_code == 409
    assert "merged with itself" in complaint(merge(fields, fields))
    assert "“Groups” is between these topics" in complaint(merge(rings, fields))
    assert merge(rings, MarkFactory(kind="topic", word="x")).status_code == 404
    assert merge(rings, MarkFactory(session=fields.session)).status_code == 404
    assert words(ask) == ["Fields", "Groups", "Rings"]

    merged = merge(groups, fields).json()
    assert (merged["word"], merged["id"]) == ("Fields + Groups", str(fields.pk))
    assert merged["ends_at"] == ask("get").json()[1]["at"]
    assert merge(fields, rings).json()["word"] == "Fields + Groups + Rings"
    assert AuditEntry.objects.filter(action="changed", detail__startswith="Topics of")


def test_names_that_do_not_fit_together_leave_the_first(ask, begun):
    first, second = begun(**{"A" * 40: 1, "B" * 40: 8})

    body = {"other": str(first.pk)}
    merged = ask("post", body, topic=second, what="topic-merge")

    assert merged.json()["word"] == "A" * 40


def test_a_deleted_topic_leaves_its_time_to_the_one_before(ask, begun):
    fields, groups = begun(Fields=1, Groups=8)

    assert ask("delete", topic=groups).status_code == 204
    [left] = ask("get").json()
    assert (left["word"], left["ends_at"]) == ("Fields", None)
    assert ask("delete", topic=groups).status_code == 404
    assert ask("delete", topic=fields).status_code == 204
    assert ask("get").json() == []


NOTHING = ["", " ", "\u00a0\u3000", "\u200d\u200c", "\u0301", "\u3164", "\u2800\u115f"]


@pytest.mark.parametrize(
    "word", [*NOTHING, "two\nlines", "turned \u202e round", "x" * 61, 7, ["a"], None]
)
def test_a_topics_name_is_one_short_line_that_can_be_seen(ask, begun, word):
    [known] = begun(Fields=1)

    assert ask("post", {"word": word}).status_code == 400
    assert ask("patch", {"word": word}, topic=known).status_code == 400
    assert ask("put", {"agenda": ["Groups", word]}, what="agenda").status_code == 400
    assert words(ask) == ["Fields"]


def test_five_thousand_topics_are_refused_and_a_hundred_are_not(ask, session):
    names = [f"Topic of {n}" for n in range(5000)]
    refused = ask("put", {"agenda": names}, what="agenda")
    assert refused.status_code == 400
    assert "no more than 100" in complaint(refused)

    kept = ask("put", {"agenda": names[:MOST_TOPICS]}, what="agenda")
    assert kept.json() == {"agenda": names[:MOST_TOPICS]}
    Mark.objects.bulk_create(
        MarkFactory.build(
            session=session,
            kind="topic",
            word=f"{n}",
            at=session.started_at + dt.timedelta(seconds=n),
        )
        for n in range(MOST_TOPICS)
    )
    answer = ask("post", {})
    assert answer.status_code == 409
    assert "100 topics, the most there can be" in complaint(answer)
    assert session.marks.topics().count() == MOST_TOPICS


def test_before_and_after_a_lesson_now_is_no_time_for_a_topic(ask, teacher):
    draft = ClassSessionFactory(teacher=teacher)
    over = ClassSessionFactory(teacher=teacher, ended=True)

    answers = [ask("post", {"word": "Rings"}, of=each) for each in (draft, over)]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert "into the agenda" in complaint(answers[0])
    assert "say when the topic began" in complaint(answers[1])

    assert ask("put", {"agenda": ["Rings"]}, what="agenda", of=draft).status_code == 200
    assert ask("put", {"agenda": ["Rings"]}, what="agenda", of=over).status_code == 409
    at = (over.started_at + dt.timedelta(seconds=30)).isoformat()
    added = ask("post", {"at": at, "word": "Rings"}, of=over).json()
    assert dt.datetime.fromisoformat(added["ends_at"]) == over.ended_at


def test_a_mark_is_no_topic_and_a_topic_no_mark(ask, session, begun):
    begun(Fields=1)
    mark = MarkFactory(session=session, word="Proof")

    assert words(ask) == ["Fields"]
    assert ask("patch", {"word": "x"}, topic=mark).status_code == 404
    assert (
        ask("patch", {"word": "x"}, topic=MarkFactory(kind="topic")).status_code == 404
    )
    marks = ask("get").client.get(reverse("api-session-marks", args=[session.pk]))
    assert [told["word"] for told in marks.json()] == ["Proof"]


def test_a_recording_is_told_and_taken_away(ask, session):
    told = {"url": "https://youtu.be/abc", "lesson_starts_s": -30}
    assert ask("put", told, what="recording").json() == told
    session.refresh_from_db()
    assert (session.recording_url, session.recording_offset_s) == (told["url"], -30)
    entry = AuditEntry.objects.get(action="changed")
    assert "recording url: changed" in entry.detail
    assert told["url"] not in entry.detail

    ask("put", {"url": "", "lesson_starts_s": 0}, what="recording")
    assert ask("get", what="recording").json() == {"url": "", "lesson_starts_s": 0}


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "javascript:alert(1)"},
        {"url": "ftp://files.example/a.mp4"},
        {"url": "file:///etc/passwd"},
        {"url": "https://youtu.be/a\u202eb"},
        {"lesson_starts_s": 10**6},
        {"lesson_starts_s": "soon"},
    ],
)
def test_a_recording_is_an_address_of_the_web_and_a_time_within_a_day(ask, wrong):
    told = {"url": "https://youtu.be/abc", "lesson_starts_s": 0} | wrong

    assert ask("put", told, what="recording").status_code == 400
    assert ask("get", what="recording").json()["url"] == ""
