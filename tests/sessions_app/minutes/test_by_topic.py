"""Topics in numbers: which minute belongs to which, and what is said only when it is sure."""

import datetime as dt

import pytest
from django.utils import timezone

from sessions_app.enums import Tap
from sessions_app.minutes.by_topic import by_topic, standing_out
from sessions_app.minutes.recordings import clock_words, place_in
from sessions_app.minutes.spans import figures_of, span
from sessions_app.minutes.timeline import class_timeline, released_minutes
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    MarkFactory,
)

CALM = {"pleased": 0.05, "calm": 0.9, "strained": 0.05}
MERRY = {"pleased": 0.9, "calm": 0.05, "strained": 0.05}
FINE = {"lost": 0.05, "too_fast": 0.1, "ok": 0.8, "too_slow": 0.05}
LOST = {"lost": 0.85, "too_fast": 0.1, "ok": 0.05, "too_slow": 0.0}


def nearly(shares, index):
    """Not the same in two minutes: what is alike may have the same noise."""
    most = max(shares, key=shares.get)
    least = min(shares, key=shares.get)
    off = 0.05 * (index % 2)
    return shares | {most: shares[most] - off, least: shares[least] + off}


@pytest.fixture
def lesson(teacher):
    """Make a lesson of minutes with given looks and answers, and topics by their minutes."""

    def of(minutes, size=40, **topics):
        began = timezone.now() - dt.timedelta(minutes=len(minutes))
        session = ClassSessionFactory(teacher=teacher, ended=True, started_at=began)
        for index, shown in enumerate(minutes):
            if shown is None:
                ClassMinuteFactory(session=session, index=index)
                continue
            groups, answers = (nearly(shares, index) for shares in shown)
            pulse = {name: share * 0.9 for name, share in answers.items()}
            ClassMinuteFactory(
                session=session,
                index=index,
                released=True,
                size=size,
                pulse_size=size,
                groups=groups,
                answers=answers,
                pulse=pulse | {"no_answer": 0.1},
            )
        for word, minute in topics.items():
            MarkFactory(
                session=session,
                kind="topic",
                word=word,
                at=began + dt.timedelta(minutes=minute),
            )
        return session

    return of


def topics_of(session):
    return by_topic(session, released_minutes(session.pk))


@pytest.mark.django_db
def test_a_minute_belongs_to_the_topic_of_its_middle(lesson):
    session = lesson([(CALM, FINE)] * 6, A=0.4, B=2.6, C=2.9, D=4.5)

    found = topics_of(session)

    assert [(each.topic["word"], each.indices) for each in found] == [
        ("A", [0, 1, 2]),
        ("B", []),
        ("C", [3]),
        ("D", [4, 5]),
    ]
    assert found[1].span.groups is None
    assert found[1].bars == []


@pytest.mark.django_db
def test_a_topic_is_the_estimate_over_its_minutes_and_not_their_average(lesson):
    minutes = [(CALM, FINE)] * 10 + [None] * 2 + [(MERRY, LOST)] * 8
    session = lesson(minutes, Fields=0, Groups=10)
    rows = released_minutes(session.pk)

    fields, groups = topics_of(session)

    assert fields.span.groups == span([figures_of(rows[:10])]).groups
    assert groups.span.answers == span([figures_of(rows[10:])]).answers
    assert (groups.span.minutes, groups.with_numbers) == (10, 8)
    for bar in groups.bars:
        assert sum(part.percent for part in bar.parts) == 100


@pytest.mark.django_db
def test_what_surely_differs_is_said_once_for_each_topic(lesson):
    minutes = [(CALM, FINE)] * 20 + [(MERRY, LOST)] * 20 + [(CALM, FINE)] * 20
    session = lesson(minutes, Fields=0, Groups=20, Rings=40)

    said = standing_out(topics_of(session))

    assert len(said) == 2
    assert said[0].topic["word"] == "Groups"
    rose = {f"“{Tap.LOST.label}” among those who answered", "pleased looks"}
    more = said[0].what in rose
    assert (said[0].change.by > 0) == more
    assert f"points {'more' if more else 'fewer'} than in the rest" in said[0].words
    assert len({each.topic["id"] for each in said}) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("topics", [{"A": 0}, {"A": 0, "B": 10, "C": 20}])
def test_nothing_is_said_where_nothing_differs(lesson, topics):
    session = lesson([(CALM, FINE)] * 30, **topics)

    assert standing_out(topics_of(session)) == []


@pytest.mark.django_db
def test_a_few_minutes_of_a_small_class_say_nothing_of_a_small_change(lesson):
    other = {"pleased": 0.3, "calm": 0.65, "strained": 0.05}
    session = lesson([(CALM, FINE)] * 20 + [(other, FINE)] * 3, size=10, A=0, B=20)

    assert standing_out(topics_of(session)) == []


@pytest.mark.django_db
def test_without_topics_or_numbers_there_is_nothing(lesson):
    assert topics_of(lesson([(CALM, FINE)] * 3)) == []
    [only] = topics_of(lesson([None] * 3, A=1))
    assert (only.bars, standing_out([only])) == ([], [])


@pytest.mark.django_db
def test_topics_and_minutes_lead_to_the_recordings_clock(lesson):
    session = lesson([(CALM, FINE)] * 3, A=1.5)
    session.recording_url = "https://youtu.be/abc?si=x"
    session.recording_offset_s = -60

    told = class_timeline(session=session)

    assert [minute["recording"] for minute in told["minutes"]] == [
        None,
        {"time": "0:00", "link": "https://youtu.be/abc?si=x&t=0m0s"},
        {"time": "1:00", "link": "https://youtu.be/abc?si=x&t=1m0s"},
    ]
    assert told["topics"][0]["recording"]["time"] == "0:30"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://www.youtube.com/watch?v=a&t=9", "watch?v=a&t=1h2m3s"),
        ("https://m.youtube.com/live/a", "live/a?t=1h2m3s"),
        ("https://youtu.be/a#x", "youtu.be/a?t=1h2m3s#x"),
        ("https://bbb.example/playback/presentation/2.3/a-1", "a-1?t=1h2m3s"),
        ("https://vimeo.com/123", "vimeo.com/123#t=3723s"),
        ("https://files.example/a%20b.MP4?token=1", "a%20b.MP4?token=1#t=3723"),
        ("https://files.example/a.m4a", "a.m4a#t=3723"),
        ("https://school.example/recordings/17", ""),
        ("https://youtube.com.evil.example/watch?v=a", ""),
        ("https://files.example/mp4", ""),
        ("javascript:alert(1)//youtube.com/.mp4", ""),
        ("ftp://files.example/a.mp4", ""),
    ],
)
def test_a_link_begins_there_where_its_kind_is_known_to(url, link):
    place = place_in(url, 3723)

    assert place["time"] == "1:02:03"
    assert place["link"].endswith(link)
    assert bool(place["link"]) == bool(link)


def test_before_a_recording_there_is_no_place_in_it():
    assert place_in("https://youtu.be/a", -1) is None
    assert place_in("", 10) is None
    assert [clock_words(s) for s in (0, 59, 3600)] == ["0:00", "0:59", "1:00:00"]
