import json
import threading
import time
from unittest.mock import patch

import pytest
from django.db import connection

from inference.cluster.redis_away import RedisAway
from inference.contracts import FrameState, Reading
from inference.labels import EMOTIONS
from sessions_app import clock
from sessions_app.enums import MinuteStatus, Purpose, SessionState
from sessions_app.events import lesson_ended, minute_closed
from sessions_app.minutes.closing import close_due_minutes, close_minute
from sessions_app.minutes.interruptions import Interruption
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.minutes.redis_store import connect
from sessions_app.models import ClassMinute, ClassSession, Participant
from sessions_app.selectors.export import session_export
from sessions_app.services import withdrawals
from tests.sessions_app.factories import ClassSessionFactory, ParticipantFactory

pytestmark = pytest.mark.real

K = 10


def reading(label="happy"):
    return Reading(
        FrameState.OK, scores=tuple(0.94 if e == label else 0.01 for e in EMOTIONS)
    )


def seat(session, store, n, *, minute=0, readings=3, label="happy"):
    people = ParticipantFactory.create_batch(
        n, session=session, agreed=[Purpose.EXPRESSION]
    )
    for person in people:
        for _ in range(readings):
            store.add(session.pk, minute, person.pk, reading(label))
        store.note_present(session.pk, minute, {person.pk})
    return people


def after_minute(session, index, grace_s=5.5):
    return session.minute_starts_at(index + 1).timestamp() + grace_s


@pytest.fixture(params=["memory", "redis"])
def store(request):
    """Minutes close alike over every store."""
    if request.param == "memory":
        return MemoryStore()
    return connect(request.getfixturevalue("redis_server").url)


@pytest.fixture
def session(db):
    return ClassSessionFactory(live=True)


def test_a_minute_of_enough_students_is_released_and_its_sums_deleted(session, store):
    seat(session, store, 12)

    close_due_minutes(store=store, now=after_minute(session, 0))

    minute = ClassMinute.objects.get()
    assert (minute.status, minute.index) == (MinuteStatus.RELEASED, 0)
    assert minute.size in {10, 15, 20}
    assert max(minute.groups, key=minute.groups.get) == "pleased"
    assert sum(minute.groups.values()) == pytest.approx(1)
    assert store.open_minutes(session.pk) == []
    session.refresh_from_db()
    assert session.closed_through == 0


def test_a_minute_that_is_closed_twice_is_announced_once(session, store):
    heard = []

    def listen(minute, **_):
        heard.append((minute.index, minute.status))

    minute_closed.connect(listen)
    try:
        for _ in range(2):
            close_minute(
                session=session, store=store, index=0, now=after_minute(session, 0)
            )
    finally:
        minute_closed.disconnect(listen)

    assert heard == [(0, MinuteStatus.TOO_FEW)]


def test_a_minute_of_too_few_students_keeps_no_number(session, store):
    seat(session, store, K - 1)

    close_due_minutes(store=store, now=after_minute(session, 0))

    minute = ClassMinute.objects.get()
    assert minute.status == MinuteStatus.TOO_FEW
    numbers = (minute.size, minute.groups, minute.shares, minute.valence)
    assert numbers == (None,) * 4
    assert minute.statement == ""


def test_nobody_sharing_and_too_few_sharing_look_the_same(store, db):
    rows = []
    for sharing in (0, K - 1):
        session = ClassSessionFactory(live=True)
        for person in ParticipantFactory.create_batch(12, session=session):
            store.note_present(session.pk, 0, {person.pk})
        seat(session, store, sharing)
        close_due_minutes(store=store, now=after_minute(session, 0))
        rows.append(
            session.minutes.values(
                "status", "size", "groups", "shares", "coverage", "unusual"
            ).get()
        )

    assert rows[0] == rows[1]


def test_students_with_fewer_than_three_readings_do_not_count(session, store):
    seat(session, store, K - 1)
    seat(session, store, 5, readings=2)

    close_due_minutes(store=store, now=after_minute(session, 0))

    assert ClassMinute.objects.get().status == MinuteStatus.TOO_FEW


def test_consent_is_asked_again_when_the_minute_closes(session, store, settings):
    people = seat(session, store, K)
    people[0].consents.create(
        purpose=Purpose.EXPRESSION,
        text_version=settings.FER_CONSENT_VERSION,
        given=False,
    )

    close_due_minutes(store=store, now=after_minute(session, 0))

    assert ClassMinute.objects.get().status == MinuteStatus.TOO_FEW


def test_a_minute_stays_open_during_its_grace(session, store):
    seat(session, store, K)

    close_due_minutes(store=store, now=after_minute(session, 0, grace_s=4.0))

    assert not ClassMinute.objects.exists()
    assert store.open_minutes(session.pk) == [0]


def test_a_late_reading_of_a_closed_minute_never_changes_it(session, store):
    seat(session, store, K)
    close_due_minutes(store=store, now=after_minute(session, 0))
    before = ClassMinute.objects.values().get()
    seat(session, store, K, label="sad")  # minute 0 again

    close_due_minutes(store=store, now=after_minute(session, 1))

    assert ClassMinute.objects.values().get(index=0) == before
    assert store.open_minutes(session.pk) == []


def test_a_clock_that_steps_back_reopens_nothing(session, store):
    seat(session, store, K)
    close_due_minutes(store=store, now=after_minute(session, 3))

    close_due_minutes(store=store, now=after_minute(session, 0))

    session.refresh_from_db()
    assert session.closed_through == 3
    assert ClassMinute.objects.count() == 4


def test_after_a_day_without_a_server_an_hour_of_rows_tells_it(session, store):
    close_due_minutes(store=store, now=after_minute(session, 1440))

    session.refresh_from_db()
    assert session.closed_through == 1440
    assert list(statuses(session)) == list(range(1381, 1441))


def test_a_crash_between_insert_and_delete_loses_nothing(session, store):
    seat(session, store, K)
    with (
        patch.object(store, "drop", side_effect=RuntimeError("power cut")),
        pytest.raises(RuntimeError),
    ):
        close_due_minutes(store=store, now=after_minute(session, 0))

    close_due_minutes(store=store, now=after_minute(session, 1))

    assert session.minutes.get(index=0).size >= K
    assert store.open_minutes(session.pk) == []


def test_the_end_closes_the_last_minute_after_the_replies_and_deletes_the_keys(
    store, db
):
    session = ClassSessionFactory(ending=True)
    seat(session, store, K, minute=5)  # it began five minutes ago
    ended_at = session.ended_at.timestamp()

    close_due_minutes(store=store, now=ended_at + 1)
    session.refresh_from_db()
    assert session.state == SessionState.ENDING

    close_due_minutes(store=store, now=ended_at + 3.1)
    session.refresh_from_db()
    assert session.state == SessionState.ENDED
    assert session.minutes.get(index=5).size >= K
    assert not Participant.objects.exclude(cell_key=None).exists()


def test_an_end_that_the_store_did_not_hear_of_is_told_again(db, redis_server):
    """Or the keys of the noise would stay in a Redis, which nobody asks about it again."""
    store = connect(redis_server.url)
    session = ClassSessionFactory(ending=True)
    seat(session, store, K, minute=5)
    now = session.ended_at.timestamp() + 4

    def hang(**_):
        redis_server.freeze()

    lesson_ended.connect(hang)
    try:
        with pytest.raises(RedisAway):
            close_due_minutes(store=store, now=now)
    finally:
        lesson_ended.disconnect(hang)
        redis_server.thaw()
    session.refresh_from_db()
    assert session.state == SessionState.ENDING

    close_due_minutes(store=store, now=now)

    session.refresh_from_db()
    assert session.state == SessionState.ENDED
    [left] = redis_server.client().scan_iter()
    fields = redis_server.client().hkeys(left)
    assert set(fields) <= {b"closed"}


def test_a_minute_is_read_with_those_before_it_until_a_pause(session, store, settings):
    settings.FER_NOISE_SCALE = 1.0
    people = seat(session, store, 12)
    for index in range(6):
        seat_again(session, store, people, index)
        if index == 3:
            store.note_paused(session.pk, index)
        close_due_minutes(store=store, now=after_minute(session, index))

    alone, together = zip(
        *session.minutes.order_by("index").values_list("groups_alone", "groups"),
        strict=True,
    )

    assert alone[0] == together[0]
    assert alone[3] is together[3] is None
    assert alone[4] == together[4]  # nothing of before the pause
    assert [a != t for a, t in zip(alone, together, strict=True)].count(True) >= 2


def test_what_left_with_its_noise_is_shown_nowhere_and_goes_with_the_lesson(
    session, store, settings
):
    settings.FER_NOISE_SCALE = 1.0
    seat(session, store, 12)
    close_due_minutes(store=store, now=after_minute(session, 0))
    kept = session.minutes.get().numbers
    told = json.dumps(session_export(session=session), default=str)

    session.state, session.ended_at = SessionState.ENDING, clock.now()
    session.save()
    close_due_minutes(store=store, now=session.ended_at.timestamp() + 4)

    assert len(kept) in {3, 7}
    assert not any(str(number) in told for number in kept)
    assert not session.minutes.exclude(numbers=None).exists()


def seat_again(session, store, people, index):
    """The same students, who show one thing or the other by turns."""
    for number, person in enumerate(people):
        for _ in range(3):
            label = "neutral" if (number + index) % 3 else "happy"
            store.add(session.pk, index, person.pk, reading(label))
        store.note_present(session.pk, index, {person.pk})


def test_an_ended_session_is_never_touched_again(store, db):
    session = ClassSessionFactory(ended=True)

    assert close_due_minutes(store=store, now=time.time() + 3600) == []
    session.refresh_from_db()
    assert session.closed_through == -1


def test_the_pulse_has_its_own_minimum_and_counts_silence(session, store, settings):
    settings.FER_NOISE_SCALE = 0.0
    people = ParticipantFactory.create_batch(
        12, session=session, agreed=[Purpose.PULSE]
    )
    store.note_present(session.pk, 0, {person.pk for person in people})
    for person in people[:6]:
        store.tap(session.pk, person.pk, "lost")

    # Closed on time by a clock on which the minute ends now.
    close_minute(session=session, store=store, index=0, now=after_minute(session, 0, 0))

    minute = ClassMinute.objects.get()
    assert (minute.status, minute.pulse_status) == ("too_few", "released")
    assert minute.pulse_size == 10  # twelve, in steps of five
    assert minute.pulse["lost"] == pytest.approx(0.5, abs=0.1)
    assert minute.pulse["no_answer"] == pytest.approx(0.5, abs=0.1)
    assert sum(minute.pulse.values()) == pytest.approx(1)


def test_who_joins_the_pulse_counts_from_the_next_mark(session, store):
    people = ParticipantFactory.create_batch(
        60, session=session, agreed=[Purpose.PULSE]
    )
    first = {person.pk for person in people[:10]}
    for index in range(6):
        here = first if index == 0 else {person.pk for person in people}
        store.note_present(session.pk, index, here)
        now = after_minute(session, index, 0)
        close_minute(session=session, store=store, index=index, now=now)

    sizes = list(ClassMinute.objects.values_list("pulse_size", flat=True))
    assert len(set(sizes[:5])) == 1
    assert sizes[0] < 30 < sizes[5]


def test_who_closes_the_page_goes_on_counting_until_the_mark(session, store):
    """With what the last full minute showed; none of it is left after the mark."""
    seat(session, store, K)
    everybody_closes(session, store, 5)

    assert statuses(session) == dict.fromkeys(range(5), "released") | {5: "too_few"}
    shown = session.minutes.filter(index__lt=5).values_list("shares", flat=True)
    assert all(shares == shown[0] for shares in shown)
    assert store.read(session.pk, 6).last == {}


def test_who_says_no_stops_counting_at_once(session, store, settings):
    people = seat(session, store, K)
    close_due_minutes(store=store, now=after_minute(session, 0))
    people[0].consents.create(
        purpose=Purpose.EXPRESSION,
        text_version=settings.FER_CONSENT_VERSION,
        given=False,
    )
    store.forget(session.pk, people[0].pk, [Purpose.EXPRESSION])

    everybody_closes(session, store, 1)

    assert statuses(session) == {0: "released", 1: "too_few"}


def test_a_no_that_is_not_written_yet_counts_at_the_closing(
    session, store, settings, monkeypatch
):
    """Its row may wait for a lock that the closing has."""
    monkeypatch.setattr(withdrawals, "get_store", lambda: store)
    settings.FER_MIN_GROUP = K
    people = ParticipantFactory.create_batch(K, session=session, agreed=list(Purpose))
    for person in people:
        for _ in range(3):
            store.add(session.pk, 0, person.pk, reading())
        store.note_present(session.pk, 0, {person.pk})
    first = people[0]
    withdrawals.stop_reading(session.pk, first.pk, list(Purpose))
    for _ in range(3):  # on their way at another web process
        store.add(session.pk, 0, first.pk, reading())

    close_due_minutes(store=store, now=after_minute(session, 0))

    minute = ClassMinute.objects.get()
    assert minute.status == minute.pulse_status == MinuteStatus.TOO_FEW


def test_of_a_class_that_turns_expression_off_nothing_is_held(session, store):
    seat(session, store, K)
    close_due_minutes(store=store, now=after_minute(session, 0))
    assert store.read(session.pk, 1).last
    session.expression_on = False
    session.save()

    everybody_closes(session, store, 1)

    assert store.read(session.pk, 2).last == {}


@pytest.mark.parametrize("what", ["paused", "interrupted", "nobody is there"])
def test_nothing_of_a_student_outlasts_the_group_whatever_becomes_of_minutes(
    session, store, what
):
    people = seat(session, store, K)
    for person in people:
        store.tap(session.pk, person.pk, "lost")
    close_due_minutes(store=store, now=after_minute(session, 0))
    assert store.read(session.pk, 1).last
    assert store.votes(session.pk, ago_s=0)

    for index in range(1, 7):
        if what == "paused":
            store.note_paused(session.pk, index)
        if what == "interrupted":
            store.note_interruption(session.pk, index, Interruption.DATABASE_AWAY)
        close_minute(
            session=session, store=store, index=index, now=after_minute(session, index)
        )
        assert bool(store.read(session.pk, index + 1).last) == (index < 4)


def test_own_browsers_that_come_and_go_draw_no_noise_before_the_mark(session, store):
    """One of them is another one every minute; the rest shows the same all along."""
    rest = seat(session, store, K - 1)
    for index in range(6):
        if index:
            for person in rest:
                for _ in range(3):
                    store.add(session.pk, index, person.pk, reading())
        seat(session, store, 1, minute=index)
        close_due_minutes(store=store, now=after_minute(session, index))

    released = [
        (minute.size, minute.shares, minute.band)
        for minute in session.minutes.order_by("index")
    ]
    assert all(numbers == released[0] for numbers in released[:5])


def test_silent_browsers_that_come_and_go_draw_no_other_word_before_the_mark(
    session, store
):
    """Some say that few contribute, some that most do: the word is that of the mark."""
    people = seat(session, store, 40)
    crowd = ParticipantFactory.create_batch(200, session=session)
    for index in range(6):
        if index:
            for person in people:
                for _ in range(3):
                    store.add(session.pk, index, person.pk, reading())
        silent = {person.pk for person in crowd} if index % 2 else set()
        present = silent | {person.pk for person in people}
        store.note_present(session.pk, index, present)
        close_due_minutes(store=store, now=after_minute(session, index))

    words = session.minutes.order_by("index").values_list("coverage", flat=True)
    assert list(words) == ["most"] * 5 + ["few"]


def everybody_closes(session, store, last):
    """The page, that is: sockets are open in every minute up to one, and send nothing."""
    for index in range(last + 1):
        for person in session.participants.all():
            store.note_present(session.pk, index, {person.pk})
    close_due_minutes(store=store, now=after_minute(session, last))


def test_policy_off_stores_no_expression_even_if_sums_came_in(session, store, settings):
    settings.FER_EMOTION_INFERENCE = False
    seat(session, store, 20)

    close_due_minutes(store=store, now=after_minute(session, 0))

    minute = ClassMinute.objects.get()
    assert (minute.status, minute.shares) == ("off", None)


@pytest.mark.django_db(transaction=True)
def test_closing_twice_at_once_stores_one_row(store):
    session = ClassSessionFactory(live=True)
    seat(session, store, K)
    session = ClassSession.objects.get(pk=session.pk)
    gate, results = threading.Barrier(2), []

    def close():
        gate.wait()
        now = after_minute(session, 0)
        results.append(
            close_minute(session=session, store=store, index=0, now=now) is not None
        )
        connection.close()

    threads = [threading.Thread(target=close) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == [False, True]
    assert ClassMinute.objects.count() == 1


def test_a_minute_that_the_server_interrupted_is_no_students_gap(session, store):
    people = seat(session, store, K)
    for minute in (1, 2):
        for person in people:
            readings = 3 if minute == 2 else 1
            for _ in range(readings):
                store.add(session.pk, minute, person.pk, reading())
    store.note_interruption(session.pk, 1, Interruption.SERVER_STARTED)

    close_due_minutes(store=store, now=after_minute(session, 2))

    released = session.minutes.values_list("status", flat=True).order_by("index")
    assert list(released) == ["released", "interrupted", "released"]


def test_a_pause_of_the_teachers_is_told_as_a_pause_and_is_no_students_gap(
    session, store
):
    people = seat(session, store, K)
    for minute in (1, 2):
        for person in people:
            for _ in range(3):
                store.add(session.pk, minute, person.pk, reading())
    store.note_paused(session.pk, 1)

    close_due_minutes(store=store, now=after_minute(session, 2))

    assert statuses(session) == {0: "released", 1: "paused", 2: "released"}
    paused = session.minutes.get(index=1)
    assert (paused.pulse_status, paused.shares, paused.pulse) == ("paused", None, None)


def test_what_the_platform_interrupted_in_a_pause_is_told_as_that(session, store):
    store.note_paused(session.pk, 0)
    store.note_interruption(session.pk, 0, Interruption.ENGINE_AWAY)

    close_due_minutes(store=store, now=after_minute(session, 0))

    minute = ClassMinute.objects.get()
    assert (minute.status, minute.pulse_status) == ("interrupted", "paused")


def test_a_minute_says_of_each_signal_what_became_of_it(store, db):
    """A class with the pulse alone never says that too few showed their faces."""
    session = ClassSessionFactory(live=True, expression_on=False)
    people = ParticipantFactory.create_batch(K, session=session, agreed=[Purpose.PULSE])
    store.note_present(session.pk, 0, {person.pk for person in people})

    close_due_minutes(store=store, now=after_minute(session, 0))

    minute = ClassMinute.objects.get()
    assert (minute.status, minute.pulse_status) == ("off", "released")


def test_where_nobody_is_looks_as_where_too_few_are(store, db):
    rows = []
    for n in (0, 1, K - 1):
        session = ClassSessionFactory(live=True)
        seat(session, store, n)
        close_due_minutes(store=store, now=after_minute(session, 0))
        [row] = session.minutes.values()
        rows.append({**row, "id": 0, "session_id": 0, "starts_at": 0})

    assert rows[0] == rows[1] == rows[2]


def test_where_frames_alone_were_cut_off_the_pulse_goes_on(session, store):
    people = ParticipantFactory.create_batch(K, session=session, agreed=list(Purpose))
    for person in people:
        store.note_present(session.pk, 0, {person.pk})
    store.note_interruption(session.pk, 0, Interruption.ENGINE_AWAY)

    close_due_minutes(store=store, now=after_minute(session, 0))

    minute = ClassMinute.objects.get()
    assert (minute.status, minute.size) == ("interrupted", None)
    assert minute.pulse_status == "released"


def test_what_a_store_lost_is_told_as_interrupted_and_leaves_no_gap(session, store):
    """As when the live Redis loses its data in the grace of a minute."""
    people = seat(session, store, K)
    close_due_minutes(store=store, now=after_minute(session, 0))
    lose_everything(store)
    store.add(session.pk, 2, people[0].pk, reading())

    close_due_minutes(store=store, now=after_minute(session, 2))
    seat(session, store, K, minute=3)
    close_due_minutes(store=store, now=after_minute(session, 3))

    assert statuses(session) == {
        0: "released",
        1: "interrupted",
        2: "interrupted",
        3: "released",
    }


def test_a_class_in_which_nobody_is_has_lost_nothing(session, store):
    for minute in range(3):
        close_due_minutes(store=store, now=after_minute(session, minute))

    assert statuses(session) == dict.fromkeys(range(3), "too_few")


def test_after_a_days_pause_an_hour_is_told_as_lost(session, store):
    session.closed_through = 0
    session.save()

    close_due_minutes(store=store, now=after_minute(session, 1440))

    assert list(statuses(session)) == list(range(1381, 1441))


def lose_everything(store):
    if isinstance(store, MemoryStore):
        store._sessions.clear()
    else:
        store._redis.flushall()


def statuses(session):
    return dict(session.minutes.order_by("index").values_list("index", "status"))
