from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from sessions_app.live.mailbox import Mailbox, Ticket

SESSION = uuid4()


def ticket(participant, jpeg=b"frame", session=SESSION):
    return Ticket(
        session, participant, 0, 0.0, jpeg, answer=lambda reading: None, came_at=0.0
    )


def test_a_newer_frame_replaces_the_unread_one_and_returns_it():
    mailbox, alice = Mailbox(), uuid4()
    first, second = ticket(alice, b"first"), ticket(alice, b"second")

    assert mailbox.put(first) is None
    assert mailbox.put(second) is first
    assert mailbox.take(8) == [second]


def test_those_who_waited_longest_go_first_and_a_fast_sender_does_not_overtake():
    mailbox, alice, bob = Mailbox(), uuid4(), uuid4()
    mailbox.put(ticket(alice))
    from_bob = ticket(bob)
    mailbox.put(from_bob)
    newer_from_alice = ticket(alice)
    mailbox.put(newer_from_alice)

    assert mailbox.take(1) == [newer_from_alice]
    assert mailbox.take(1) == [from_bob]
    assert mailbox.take(1) == []


def test_a_discarded_frame_is_never_taken():
    mailbox, alice = Mailbox(), uuid4()
    mailbox.put(ticket(alice))

    mailbox.discard(SESSION, alice)

    assert mailbox.take(8) == []
    assert mailbox.discard(SESSION, alice) is None


def test_classes_take_turns_so_that_a_large_one_keeps_no_small_one_waiting():
    mailbox, large, small = Mailbox(), uuid4(), uuid4()
    for _ in range(500):
        mailbox.put(ticket(uuid4(), session=large))
    of_the_small = [ticket(uuid4(), session=small) for _ in range(5)]
    for waiting in of_the_small:
        mailbox.put(waiting)

    first, second = mailbox.take(8), mailbox.take(8)

    assert [t.session for t in first] == [large, small] * 4
    assert [t for t in first + second if t.session == small] == of_the_small
    assert len(mailbox) == 505 - 16


def test_a_class_that_comes_again_and_again_has_every_second_turn_only():
    """The small class sends again after every batch; the large one moves on, too."""
    mailbox, large, small = Mailbox(), uuid4(), uuid4()
    for _ in range(40):
        mailbox.put(ticket(uuid4(), session=large))

    taken = []
    for _ in range(10):
        for student in range(5):
            mailbox.put(ticket(student, session=small))
        taken += mailbox.take(8)

    sessions = [t.session for t in taken]
    assert (sessions.count(large), sessions.count(small)) == (40, 40)


@given(
    st.lists(st.tuples(st.sampled_from(["put", "take", "discard"]), st.integers(0, 11)))
)
def test_its_length_is_what_can_be_taken(steps):
    mailbox, held = Mailbox(), set()
    for step, n in steps:
        session, student = n % 3, n
        if step == "put":
            mailbox.put(ticket(student, session=session))
            held.add(student)
        elif step == "discard":
            assert (mailbox.discard(session, student) is not None) == (student in held)
            held.discard(student)
        else:
            held -= {t.participant for t in mailbox.take(n)}
        assert len(mailbox) == len(held)

    assert {t.participant for t in mailbox.take(100)} == held
    assert len(mailbox) == 0
