"""A browser's socket into the application, without a server between them."""

from channels.testing import WebsocketCommunicator

from tests.sessions_app.line import SOON_S


class PatientSocket(WebsocketCommunicator):
    """Waits as long as a busy machine takes: Channels' own would give up after a second."""

    async def connect(self, timeout=SOON_S):  # noqa: ASYNC109 -- theirs
        return await super().connect(timeout)

    async def disconnect(self, code=1000, timeout=SOON_S):  # noqa: ASYNC109 -- theirs
        await super().disconnect(code, timeout)

    async def receive_output(self, timeout=SOON_S):  # noqa: ASYNC109 -- theirs
        return await super().receive_output(timeout)

    async def receive_from(self, timeout=SOON_S):  # noqa: ASYNC109 -- theirs
        return await super().receive_from(timeout)

    async def receive_json_from(self, timeout=SOON_S):  # noqa: ASYNC109 -- theirs
        return await super().receive_json_from(timeout)
