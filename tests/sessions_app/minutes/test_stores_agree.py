"""Whatever is done to them, in whatever order, every store reads the same."""

from uuid import UUID

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inference.contracts import FrameState, Reading
from sessions_app.enums import Purpose
from sessions_app.minutes.interruptions import Interruption
from sessions_app.minutes.re_entry import Rule
from sessions_app.minutes.store import PersonSums

pytestmark = pytest.mark.real

SESSIONS = [UUID(int=n) for n in (1, 2)]
PEOPLE = [UUID(int=n) for n in (11, 12, 13)]
MINUTES = range(4)

session = st.sampled_from(SESSIONS)
person = st.sampled_from(PEOPLE)
minute = st.sampled_from(MINUTES)
people = st.sets(person, min_size=1)
reading = st.one_of(
    st.builds(Reading, st.sampled_from([FrameState.NO_FACE, FrameState.DROPPED])),
    st.lists(st.integers(1, 50), min_size=7, max_size=7).map(
        lambda n: Reading(FrameState.OK, scores=tuple(x / sum(n) for x in n), faces=1)
    ),
)


def added_up(readings):
    sums = PersonSums()
    for each in readings:
        sums.add(each)
    return sums


read_by_a_device = st.lists(reading, min_size=1, max_size=3).map(added_up)
step = st.one_of(
    st.tuples(st.just("add_sums"), session, minute, person, read_by_a_device),
    st.tuples(st.just("add"), session, minute, person, reading),
    st.tuples(st.just("add"), session, minute, person, reading),
    st.tuples(st.just("note_present"), session, minute, people),
    st.tuples(
        st.just("note_interruption"), session, minute, st.sampled_from(Interruption)
    ),
    st.tuples(st.just("forget_readings"), session, person),
    st.tuples(st.just("forget_vote"), session, person),
    st.tuples(st.just("tap"), session, person, st.sampled_from(["lost", "ok", "none"])),
    st.tuples(st.just("note_paused"), session, minute),
    st.tuples(st.just("drop"), session, minute),
    st.tuples(st.just("let go"), session, minute, st.sampled_from([0, 5, 40])),
    st.tuples(
        st.just("admit"), session, people, people, st.sampled_from(list(Purpose))
    ),
    st.tuples(st.just("keep_last"), session, minute, people, people),
    st.tuples(st.just("wait"), st.sampled_from([1, 7, 40, 290])),
    st.tuples(st.just("carry over")),
)


def apply(store, clock, steps):
    """Take the steps; return what the store answered meanwhile."""
    answers, asked = [], 0
    for its_session in SESSIONS:  # what is dropped before anything else is forgotten
        store.note_present(its_session, 0, {PEOPLE[0]})
    store.open_minutes(SESSIONS[0])
    for name, *values in steps:
        if name == "wait":
            clock.now += values[0]
        elif name == "let go":
            store.let_go(*values[:2], ago_s=values[2])
        elif name == "carry over":
            answers.append(store.open_minutes(SESSIONS[0]))
        elif name == "admit":
            asked += 1
            its_session, full, able, purpose = values
            counting = store.admit(
                its_session,
                asked,
                purpose,
                full={person: person.int for person in full},
                able=full | able,
                its=Rule(lasts=2, enough=1),
            )
            answers.append((counting.people, counting.noise.of_group))
        elif name == "keep_last":
            its_session, of_minute, full, group = values
            store.keep_last(its_session, of_minute, full, of=group)
        else:
            getattr(store, name)(*values)
    return answers


def everything(store):
    """All that a store can be asked, in a form that compares."""
    return {
        (its_session, question): answer
        for its_session in SESSIONS
        for question, answer in {
            "open": store.open_minutes(its_session),
            "stats": store.stats(its_session),
            "forgot": [store.forgot(its_session, m) for m in MINUTES],
            "votes": store.votes(its_session, ago_s=0),
            "votes before": store.votes(its_session, ago_s=30),
            "counts from": [
                store.counts_from(its_session, PEOPLE, purpose) for purpose in Purpose
            ],
            "is read": [store.is_read(its_session, p, MINUTES[:2]) for p in PEOPLE],
            "minutes": [plain(store.read(its_session, m)) for m in MINUTES],
        }.items()
    }


def plain(held):
    sums, last = (
        {
            p: (s.frames, s.faces, *np.round([*s.scores, *s.arg_max, s.max_score], 9))
            for p, s in of_people.items()
        }
        for of_people in (held.people, held.last)
    )
    return sums, last, held.present, held.interrupted, held.paused


@pytest.mark.parametrize("kind", ["redis", "buffered"])
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(step, max_size=40))
def test_a_shared_store_reads_as_memory_does(kind, steps, make_store, clock):
    began = clock.now
    memory = make_store("memory")
    said = apply(memory, clock, steps)
    known = everything(memory)

    clock.now = began
    shared = make_store(kind)

    assert apply(shared, clock, steps) == said
    assert everything(shared) == known
