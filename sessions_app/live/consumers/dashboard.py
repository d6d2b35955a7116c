"""The socket of a teacher's dashboard: a full snapshot, at most once a second."""

import logging
from time import monotonic
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.db import InterfaceError, OperationalError

from sessions_app.live import metrics
from sessions_app.live.consumers.base import SafeWebsocketConsumer
from sessions_app.minutes.current_store import get_store
from sessions_app.minutes.timeline import live_snapshot
from sessions_app.models import ClassSession
from sessions_app.selectors.visible import user_of, visible_session
from sessions_app.services.audit import keeps_viewing
from sessions_app.web.frames import is_panels_socket

logger = logging.getLogger(__name__)

LOGGED_OUT, NOT_YOURS = 4401, 4404
RECHECK_EVERY_S = 30.0

_open: dict[UUID, set["DashboardConsumer"]] = {}


def watched_sessions() -> list[UUID]:
    """The sessions whose dashboards are open in this process."""
    return list(_open)


def push_snapshot(
    session_id: UUID, snapshot: dict[str, Any] | None, *, ask_again: bool = False
) -> None:
    """Send one snapshot to every dashboard of the session that is open here.

    Args:
        session_id: Whose dashboards.
        snapshot: None where nothing changed: they then only ask whether they still may.
        ask_again: Whether they ask at once, as who may see it has changed.
    """
    for dashboard in list(_open.get(session_id, ())):
        dashboard.push(snapshot, ask_again=ask_again)


def push_again(session_id: UUID, snapshot: dict[str, Any]) -> None:
    """Send the last snapshot with what is wrong now; who may see it is not checked again."""
    for dashboard in list(_open.get(session_id, ())):
        dashboard.soon(dashboard.tell(snapshot))


class DashboardConsumer(SafeWebsocketConsumer):
    session_id: UUID
    _asking = False
    _must_ask = False  # as who may see the session has changed

    async def connect(self) -> None:
        self.session_id = self.scope["url_route"]["kwargs"]["session_id"]
        await self.accept()  # before any close, so that the browser learns the code
        session = await self._still_allowed()
        if session is None:
            return
        _open.setdefault(self.session_id, set()).add(self)
        metrics.SOCKETS.labels("dashboard").inc()
        await self.tell(await database_sync_to_async(_snapshot_of)(session))

    async def disconnect(self, code: int) -> None:
        self.let_go()

    def let_go(self) -> None:
        here = _open.get(self.session_id, set())
        if self not in here:
            return
        metrics.SOCKETS.labels("dashboard").dec()
        here.discard(self)
        if not here:
            del _open[self.session_id]

    def push(self, snapshot: dict[str, Any] | None, *, ask_again: bool) -> None:
        """Send a snapshot; every 30 s, or told so, only after asking whether one may.

        The ticker calls this and must not wait: not for a browser, and not for the
        database thread that all pages share.
        """
        self._must_ask |= ask_again
        if self._must_ask or monotonic() - self._checked_at >= RECHECK_EVERY_S:
            if not self._asking:
                self._asking, self._must_ask = True, False
                self.soon(self._ask_again(snapshot))
        elif snapshot is not None:
            self.soon(self.tell(snapshot))

    async def _ask_again(self, snapshot: dict[str, Any] | None) -> None:
        try:
            if await self._still_allowed() and snapshot is not None:
                await self.tell(snapshot)
        except (OperationalError, InterfaceError) as error:
            logger.warning("A dashboard waits for the database: %s", error)
        finally:
            self._asking = False

    async def _still_allowed(self) -> ClassSession | None:
        """The session, or None after closing the socket with the reason."""
        user = await database_sync_to_async(user_of)(
            self.scope["session"].session_key, in_panel=is_panels_socket(self.scope)
        )
        if user is None:
            await self.hang_up(LOGGED_OUT)
            return None
        session: ClassSession | None = await database_sync_to_async(visible_session)(
            user=user, session_id=self.session_id
        )
        if session is None:
            await self.hang_up(NOT_YOURS)
        else:
            await database_sync_to_async(keeps_viewing)(
                session=session, by=user, what="Live numbers"
            )
        self._checked_at = monotonic()
        return session


def _snapshot_of(session: ClassSession) -> dict[str, Any]:
    return live_snapshot(session=session, stats=get_store().stats(session.pk))
