from uuid import uuid4

from sessions_app.dispatch.live import LivePath
from sessions_app.dispatch.roster import Roster
from sessions_app.open_minute import MemoryStore


class Socket:
    """Counts how often it was told to look at what it may do."""

    def __init__(self):
        self.session_id, self.participant_id = uuid4(), uuid4()
        self.told = 0

    def tell_news(self):
        self.told += 1


def test_who_connects_while_the_database_is_read_is_not_taken_for_gone():
    live = LivePath(executor=None, store=MemoryStore())
    early, late = Socket(), Socket()
    for socket in (early, late):
        live.enter(socket)

    live.refresh(Roster(asked_about=frozenset({early.participant_id})))
    assert (early.told, late.told) == (1, 0)

    live.refresh(
        Roster(asked_about=frozenset({early.participant_id, late.participant_id}))
    )
    assert (early.told, late.told) == (2, 1)
