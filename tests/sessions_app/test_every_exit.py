"""No exit bypasses the release function: every URL and socket, with sums that mark."""

import io
import json
from itertools import count
from zipfile import ZipFile

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from fer_platform.routing import websocket_urlpatterns
from inference.contracts import FrameState, Reading
from inference.labels import GROUPS
from sessions_app.api.minute_serializers import MinuteSerializer
from sessions_app.enums import MinuteStatus, Purpose
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.minutes.timeline import live_snapshot, released_minutes
from sessions_app.models import AuditEntry, ClassMinute, Policy
from sessions_app.selectors.spreadsheet import WORKBOOK
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CoTeacherFactory,
    CourseFactory,
    InvitationFactory,
    MarkFactory,
    ParticipantFactory,
    QuestionFactory,
    UserFactory,
)
from tests.sessions_app.live.consumers.class_room import (
    ClassRoom,
    dashboard_of,
    in_thread,
    open_socket,
    socket_for,
)
from tests.sessions_app.live.consumers.class_room import student as a_student

pytestmark = [pytest.mark.real, pytest.mark.django_db]
SECRET = "73918264"  # the digits of every number that must not leave
MARK = 0.73918264
SHOWN = 0.3157  # and of one that may: a released share; no page has it by itself


@pytest.fixture
def session(teacher):
    """A class that has published a minute, also to its students, in the middle of the next."""
    session = ClassSessionFactory(
        teacher=teacher,
        live=True,
        students_see=True,
        course=CourseFactory(teacher=teacher),
    )
    ClassMinuteFactory(
        session=session,
        index=1,
        starts_at=session.minute_starts_at(1),
        status=MinuteStatus.RELEASED,
        size=10,
        groups={"pleased": SHOWN, "calm": 0.4, "strained": 0.25},
        groups_band=dict.fromkeys(GROUPS, 0.2),
        shares=[SHOWN] + [0.1] * 6,
        band=[0.2] * 7,
        valence=0.1,
        valence_band=0.2,
    )
    ClassMinuteFactory(session=session, index=0, starts_at=session.minute_starts_at(0))
    return session


@pytest.fixture
def student(session):
    return ParticipantFactory(
        session=session,
        cell_key=int(SECRET * 2),
        agreed=[Purpose.EXPRESSION, Purpose.PULSE],
    )


@pytest.fixture
def store(session, student, monkeypatch):
    """The open minute, with sums that mark."""
    store = MemoryStore()
    monkeypatch.setattr("sessions_app.minutes.current_store._store", store)
    for _ in range(3):
        reading = Reading(FrameState.OK, (MARK,) + (0.0,) * 6)
        store.add(session.pk, 2, student.pk, reading)
    return store


@pytest.fixture
def browsers(teacher, boss, student, browser_of, browser_with):
    return [browser_of(teacher), browser_of(boss), browser_with(student), Client()]


def named_urls(resolver, space=""):
    """Namespace, name and the parameters of every URL that has a name."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from named_urls(pattern, pattern.namespace or space)
        elif pattern.name:
            yield space, pattern.name, list(pattern.pattern.regex.groupindex)


@pytest.fixture
def address(session, teacher):
    """Give a URL the arguments that make it show the marked class."""
    minute = session.minutes.last()
    InvitationFactory(token="welcome")
    rows = {
        "user": teacher,
        "course": session.course,
        "classsession": session,
        "classminute": minute,
        "policy": Policy.objects.create(min_group=10),
        "auditentry": AuditEntry.objects.create(actor="A", action="viewed"),
    }
    words = {
        "code": session.join_code,
        "token": "welcome",
        "ticket": "a-ticket",
        "name": "student",
        "rest": "nothing",
        "alert": "expression-8",
        "mark": MarkFactory(session=session).pk,
        "answer": QuestionFactory(session=session).session_id,
        "topic": MarkFactory(session=session, kind="topic", word="Rings").pk,
        "call": session.pk,
        "who": CoTeacherFactory(course=session.course).pk,
        "app_label": "sessions_app",
    }

    def of(space, name, parameters):
        if space == "admin":
            row = next((r for model, r in rows.items() if f"_{model}_" in name), None)
            values = {**words, "object_id": row and row.pk, "content_type_id": 1}
        elif name == "password_reset_confirm":
            values = {
                "uidb64": urlsafe_base64_encode(force_bytes(teacher.pk)),
                "token": default_token_generator.make_token(teacher),
            }
        else:
            kind, _, _ = name.removeprefix("api-").partition("-")
            numbered = {"invitation", "totals", "factor"}
            whose = {
                "course": session.course,
                "person": teacher,
                "second": teacher,
            }.get(kind, session)
            values = {**words, "pk": 1 if kind in numbered else whose.pk}
        if "object_id" in parameters and not values["object_id"]:
            values["object_id"] = session.pk
        url = f"{space}:{name}" if space else name
        return reverse(url, kwargs={p: values[p] for p in parameters})

    return of


def body(response):
    parts = response.streaming_content if response.streaming else [response.content]
    content = b"".join(parts)
    if response["Content-Type"] == WORKBOOK:
        book = ZipFile(io.BytesIO(content))
        content = b"".join(book.read(name) for name in book.namelist())
    return content.decode(errors="replace")


def test_no_url_shows_a_stored_sum_an_open_one_or_a_key(browsers, address, store):
    pages = {
        (name, number): body(browser.get(address(space, name, parameters)))
        for space, name, parameters in named_urls(get_resolver())
        for number, browser in zip(count(), browsers, strict=False)
    }

    leaks = [where for where, page in pages.items() if SECRET[:5] in page]
    assert leaks == []
    telling = {name for (name, _), page in pages.items() if str(SHOWN) in page}
    assert telling >= {
        "session-timeline",
        "session-csv",
        "session-json",
        "session-workbook",
        "api-session-minutes",
        "api-session-snapshot",
        "api-session-export",
        "sessions_app_classminute_change",
    }  # so a number that leaves would have been seen


def test_two_who_look_together_and_again_see_one_and_the_same_release(
    teacher, boss, browser_of, address, store
):
    """So that two co-viewers know no more of the noise than one of them."""
    looks = [browser_of(teacher), browser_of(boss), browser_of(teacher)]
    seen = {}
    for space, name, parameters in named_urls(get_resolver()):
        pages = [body(look.get(address(space, name, parameters))) for look in looks]
        if space != "admin" and str(SHOWN) in pages[0]:
            seen[name] = set(pages)

    assert set(seen) >= {"session-timeline", "session-csv", "api-session-snapshot"}
    assert {name: len(pages) for name, pages in seen.items()} == dict.fromkeys(seen, 1)


def test_the_snapshot_shows_no_sum(session, store):
    found = live_snapshot(session=session, stats=store.stats(session.pk))
    snapshot = json.dumps(found, cls=DjangoJSONEncoder)

    assert SECRET[:5] not in snapshot


@pytest.mark.django_db(transaction=True)
async def test_the_dashboards_socket_shows_no_sum():
    def a_class():
        teacher = UserFactory()
        session = ClassSessionFactory(teacher=teacher, live=True)
        ClassMinuteFactory(
            session=session,
            index=0,
            starts_at=session.minute_starts_at(0),
            status=MinuteStatus.RELEASED,
            size=10,
            groups={"pleased": SHOWN, "calm": 0.4, "strained": 0.25},
            groups_band=dict.fromkeys(GROUPS, 0.2),
            shares=[SHOWN] + [0.1] * 6,
            band=[0.2] * 7,
            valence=0.1,
            valence_band=0.2,
        )
        return session, teacher

    socket = await dashboard_of(*await in_thread(a_class)())

    said = await socket.receive_from()

    assert str(SHOWN) in said
    assert SECRET[:5] not in said
    await socket.disconnect()


def test_every_url_that_shows_a_released_number_is_in_the_audit(
    teacher, boss, browser_of, address, store
):
    silent = []
    for user in (teacher, boss):
        browser = browser_of(user)
        for space, name, parameters in named_urls(get_resolver()):
            AuditEntry.objects.all().delete()
            url = address(space, name, parameters)
            shows = str(SHOWN) in body(browser.get(url))
            if shows and not AuditEntry.objects.filter(actor=user.email).exists():
                silent.append(name)

    assert silent == []


def test_the_api_describes_the_released_fields_and_no_others(session):
    [first, _] = released_minutes(session.pk)

    assert list(MinuteSerializer().fields) == list(first)
    held = {field.name for field in ClassMinute._meta.get_fields()}
    assert held - set(first) == {"id", "session", "artefact", "estimator", "numbers"}


def test_no_socket_is_left_out_here():
    """A new socket needs a test that it shows no sum, beside those for these."""
    assert [str(route.pattern) for route in websocket_urlpatterns] == [
        "ws/sessions/<uuid:session_id>/student/",  # one's own results; two tests below
        "ws/sessions/<uuid:session_id>/dashboard/",  # the test above
        "ws/panel/sessions/<uuid:session_id>/dashboard/",  # the same, by other cookies
        "ws/try/",  # belongs to no class
        "",  # refuses all other addresses
    ]


@pytest.mark.django_db(transaction=True)
async def test_a_students_socket_shows_what_is_released_where_students_see_it():
    room = ClassRoom()
    alice = await a_student(*Purpose, live=True, students_see=True)
    made = {
        "session": alice.session,
        "released": True,
        "groups_band": dict.fromkeys(GROUPS, 0.2),
    }
    await in_thread(ClassMinuteFactory)(
        index=0,
        starts_at=alice.session.minute_starts_at(0),
        groups={"pleased": SHOWN, "calm": 0.4, "strained": 0.25},
        **made,
    )
    for _ in range(3):
        reading = Reading(FrameState.OK, (MARK,) + (0.0,) * 6)
        room.live.store.add(alice.session_id, 5, alice.pk, reading)
    socket = socket_for(alice)
    await socket.connect()
    await room.tick()

    said = await socket.receive_from()

    assert str(SHOWN) in said
    assert SECRET[:5] not in said
    await socket.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_a_students_socket_shows_nothing_about_the_class():
    room = ClassRoom()
    alice = await a_student(*Purpose)
    await in_thread(ClassMinuteFactory)(
        session=alice.session,
        index=0,
        starts_at=alice.session.minute_starts_at(0),
        released=True,
    )
    async with open_socket(room, alice) as socket:
        await room.tick()

        assert await socket.receive_nothing()  # beside what one may do, told before
