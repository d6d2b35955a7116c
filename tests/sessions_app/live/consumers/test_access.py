"""Every socket, by every role; a socket without a row fails."""

import asyncio

import pytest
from django.conf import settings
from django.contrib.auth import get_user
from django.core.cache import cache
from django.test import Client

from fer_platform.asgi import application
from fer_platform.routing import websocket_urlpatterns
from sessions_app.models import Policy
from sessions_app.models.session_store import OPENED_BY, stored_key
from sessions_app.web import participant_cookie
from tests.sessions_app.factories import (
    CoTeacherFactory,
    CourseFactory,
    ParticipantFactory,
    UserFactory,
)
from tests.sessions_app.live.consumers.class_room import ClassRoom, in_thread, stop
from tests.sessions_app.live.patient_socket import PatientSocket

pytestmark = pytest.mark.django_db(transaction=True)

ROLES = [
    "stranger",
    "owner",
    "co_teacher",
    "colleague",
    "boss",
    "student",
    "foreigner",
    "let_in",
]

# What each role meets at the owner's live class, which the student takes part in, while
# the foreigner does in another, and a panel is let in by the owner: open, no (the handshake is refused), or a close code.
TABLE = """
           stranger owner  co_teacher colleague boss   student foreigner let_in
student    4403     4403   4403       4403      4403   open    4403      4403
dashboard  4401     open   open       4404      open   4401    4401      4401
panel      4401     4401   4401       4401      4401   4401    4401      open
visitor    open     open   open       open      open   open    open      open
unknown    no       no     no         no        no     no      no        no
"""

ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
CELLS = [
    (name, role, expected)
    for name, *row in ROWS
    for role, expected in zip(ROLES, row, strict=True)
]


def name_of(route):
    if str(route.pattern).startswith("ws/panel/"):
        return "panel"  # it knows cookies of its own; views/test_panels.py has them
    name = route.callback.consumer_class.__name__.removesuffix("Consumer")
    return {"RejectUnknownPath": "unknown"}.get(name, name.lower())


ROUTES = {name_of(route): str(route.pattern) for route in websocket_urlpatterns}


def test_every_socket_has_a_row():
    assert [name for name, *_ in ROWS] == list(ROUTES)


@pytest.fixture
async def room(monkeypatch):
    """A server without the server, whose clock ticks and whose demo page is open."""
    cache.clear()
    monkeypatch.setattr("sessions_app.models.policy._last_read", None)
    await in_thread(Policy.objects.create)(demo_page_on=True, min_group=10)
    room = ClassRoom()
    await room.tick()
    running = [asyncio.create_task(run()) for run in (room.live.run, room.ticker.run)]
    yield room
    await stop(room.ticker, *running)


@pytest.fixture
def cookies(browser_of, browser_with):
    """Make everybody; the class, and each one's cookies."""

    def make():
        student, foreigner = ParticipantFactory(), ParticipantFactory()
        session = student.session
        course = session.course = CourseFactory(teacher=session.teacher)
        session.save()
        # Kept under the name of this class, too, as a thief would.
        stolen = browser_with(foreigner).cookies
        stolen[participant_cookie.old_name(session)] = participant_cookie.signed(
            foreigner
        )
        return session, {
            "stranger": {},
            "owner": browser_of(session.teacher).cookies,
            "co_teacher": browser_of(CoTeacherFactory(course=course).user).cookies,
            "colleague": browser_of(UserFactory()).cookies,
            "boss": browser_of(UserFactory(admin=True)).cookies,
            "student": browser_with(student).cookies,
            "foreigner": stolen,
            "let_in": let_in(browser_of(session.teacher)),
        }

    return make


def let_in(tab):
    """A panel's cookie, under both names: a program is no browser."""
    panel = Client()
    panel.force_login(get_user(tab))
    session = panel.session
    session[OPENED_BY] = stored_key(tab.session.session_key)
    session.save()
    key = panel.cookies[settings.SESSION_COOKIE_NAME].value
    panel.cookies[f"panel-{settings.SESSION_COOKIE_NAME}"] = key
    return panel.cookies


def path_of(name, session):
    path = ROUTES[name].replace("<uuid:session_id>", str(session.pk))
    assert "<" not in path
    return f"/{path or 'ws/of/no/class/'}"


async def met(socket):
    """The socket's first word: a message, a refusal or a close code."""
    connected, _ = await socket.connect(timeout=10)
    if not connected:
        return "no"
    event = await socket.receive_output(timeout=10)
    closed = event["type"] == "websocket.close"
    return str(event["code"]) if closed else "open"


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize(("name", "role", "expected"), CELLS)
async def test_a_role_meets_what_the_table_says(name, role, expected, cookies):
    session, cookies_of = await in_thread(cookies)()
    cookie = "; ".join(f"{n}={m.value}" for n, m in cookies_of[role].items())
    socket = PatientSocket(
        application,
        f"{path_of(name, session)}?agreed={settings.FER_CONSENT_VERSION}",
        headers=[(b"origin", b"http://localhost"), (b"cookie", cookie.encode())],
    )

    assert await met(socket) == expected

    await socket.disconnect()
