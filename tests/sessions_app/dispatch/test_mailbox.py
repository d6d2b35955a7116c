from uuid import uuid4

from sessions_app.dispatch.mailbox import Mailbox, Ticket

SESSION = uuid4()


def ticket(participant, jpeg=b"still"):
    return Ticket(SESSION, participant, 0, 0.0, jpeg, answer=lambda reading: None)


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

    mailbox.discard(alice)

    assert mailbox.take(8) == []
    assert mailbox.discard(alice) is None
