"""What no browser sends, sent to a real server with its real engine.

Alice, or someone at the door, misbehaves; Bob sits in the same class, and his
frames go on being read. docs/protocol.md has a row for each test.
"""

import asyncio
import io
import itertools
import random
import re

import aiohttp
import pytest
import pytest_asyncio
from PIL import Image

from sessions_app.lab.server_process import served
from sessions_app.live.protocol import CloseCode
from tests.inference.frames import ASTRONAUT, ASTRONAUT_JPEG
from tests.sessions_app.line import SOON_S, Line
from tests.sessions_app.live.consumers.real_class import (
    BINARY,
    CONTINUED,
    PING,
    PONG,
    TEXT,
    RawSocket,
    School,
    frame,
    interval,
    masked,
    until_cut,
)

PATIENCE_S = 4
SOCKETS_PER_ADDRESS = 40
TWO_FACES = {
    "frames": 2,
    "faces": 2,
    "scores": (0.0, 0.0, 0.0, 1.8, 0.0, 0.0, 0.2),
    "arg_max": (0, 0, 0, 2, 0, 0, 0),
    "max_score": 1.8,
}


pytestmark = [pytest.mark.real, pytest.mark.asyncio(loop_scope="module")]
module_wide = pytest_asyncio.fixture(scope="module", loop_scope="module")


@pytest.fixture(scope="module")
def server():
    with served(
        {
            "FER_SOCKET_IDLE_TIMEOUT_S": str(PATIENCE_S),
            "FER_SOCKETS_PER_ADDRESS": str(SOCKETS_PER_ADDRESS),
            "FER_INFERENCE": "either",
            "FER_WINDOW_S": "60",  # so that ten seconds of a device are not late
        }
    ) as running:
        yield running


@module_wide
async def school(server):
    async with School(server).open() as school:
        yield school


@module_wide
async def room(school):
    async with school.a_class() as room:
        yield room


@module_wide
async def bob(room):
    bob = await room.attendee()
    sending = asyncio.create_task(bob.keeps_sending())
    yield bob
    sending.cancel()


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def _bobs_frames_are_read(bob):
    """Before, during and after: twice more when the test is over."""
    yield
    before = bob.read
    async with asyncio.timeout(SOON_S):
        while bob.read < before + 2:  # noqa: ASYNC110 -- Bob is not told
            await asyncio.sleep(0.1)


def picture(mode="RGB", kind="JPEG", **options):
    buffer = io.BytesIO()
    Image.fromarray(ASTRONAUT).convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def claiming(width, height):
    """A small JPEG whose header says that it is something else."""
    at = ASTRONAUT_JPEG.index(b"\xff\xc0") + 5
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return ASTRONAUT_JPEG[:at] + size + ASTRONAUT_JPEG[at + 4 :]


@pytest.mark.parametrize(
    "message",
    ["hello", frame()[:12], b"", b"\x03" + frame()[1:], interval()[:-1], b"\x02"],
    ids=["text", "truncated header", "nothing", "no kind", "short interval", "a kind"],
)
async def test_what_is_no_frame_closes_its_own_socket(room, message):
    alice = await room.attendee()

    await alice.say(message)

    assert await alice.closed() == CloseCode.BAD_MESSAGES


@pytest.mark.parametrize(
    ("jpeg", "reason"),
    [
        (b"", "not a JPEG"),
        (picture(kind="PNG"), "not a JPEG"),
        (ASTRONAUT_JPEG[: len(ASTRONAUT_JPEG) // 2], "damaged JPEG"),
        (claiming(65_500, 65_500), "larger than 1280x960 or empty"),
        (claiming(0, 0), "larger than 1280x960 or empty"),
        (picture(progressive=True) + b"\xff\xda\x00\x08" * 5000, "too many scans"),
    ],
    ids=["empty JPEG", "PNG", "half a JPEG", "huge", "no size", "many scans"],
)
async def test_a_frame_that_is_not_read_is_rejected_and_the_third_one_closes(
    room, jpeg, reason
):
    alice = await room.attendee()
    answers = []

    for seq in range(3):
        await alice.say(frame(seq, jpeg))
        answers.append(await alice.hear())

    assert {(a["state"], a["reason"]) for a in answers} == {("rejected", reason)}
    assert await alice.closed() == CloseCode.BAD_MESSAGES


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"engine": bytes(8)}, "load the page again"),
        ({"frames": 11, "length_ds": 100}, "frames in 10 s"),
        ({"faces": 6}, "6 faces in 5 frames"),
        ({"arg_max": (0,) * 7}, "0 highest scores"),
        ({"scores": (4.0,) * 7}, "add up"),
        ({"scores": (-1.0, 0, 0, 4.0, 0, 0, 1.0)}, "add up"),
        ({"max_score": float("nan")}, "no number"),
        ({"max_score": 0.1}, "highest scores"),
    ],
    ids=[
        *("another engine", "too many frames", "more faces than frames", "no highest"),
        *("off the simplex", "negative", "not a number", "too low"),
    ],
)
async def test_sums_that_no_faces_make_are_rejected_and_the_third_ones_close(
    room, changes, reason
):
    alice = await room.attendee()
    answers = []

    for seq in range(3):
        await alice.say(interval(seq, **changes))
        answers.append(await alice.hear())

    assert {a["state"] for a in answers} == {"rejected"}
    assert all(reason in a["reason"] for a in answers)
    assert await alice.closed() == CloseCode.BAD_MESSAGES


async def test_an_interval_that_was_counted_already_is_rejected(room):
    alice = await room.attendee()
    answers = []

    for seq in range(9):  # each says that the same two seconds have passed
        await alice.say(interval(seq, length_ds=20, **TWO_FACES))
        answers.append(await alice.hear())
        if answers[-1]["state"] == "rejected":
            break

    assert [a["state"] for a in answers[:-1]] == ["counted"] * (len(answers) - 1)
    assert "were left to count" in answers[-1]["reason"]


@pytest.mark.parametrize("clock", [0, 2**64 - 1], ids=["1970", "the end of time"])
async def test_a_devices_clock_far_off_changes_nothing(room, clock):
    alice = await room.attendee()

    await alice.say(interval(sent_ms=clock, length_ds=20, **TWO_FACES))

    assert (await alice.hear())["state"] == "counted"


async def test_a_hundred_intervals_in_a_second_are_too_many(room):
    alice = await room.attendee()

    for seq in range(100):
        await alice.say(interval(seq))

    assert await alice.closed() in {CloseCode.TOO_FAST, CloseCode.BAD_MESSAGES}


@pytest.mark.parametrize(
    "jpeg",
    [picture(progressive=True), picture("CMYK"), picture("L")],
    ids=["progressive", "CMYK", "grey"],
)
async def test_a_jpeg_of_another_kind_is_read(room, jpeg):
    alice = await room.attendee()

    await alice.say(frame(0, jpeg))

    assert (await alice.hear())["state"] == "ok"


@pytest.mark.parametrize("clock", [0, 2**64 - 1], ids=["1970", "the end of time"])
async def test_a_clock_far_off_changes_nothing(room, clock):
    alice = await room.attendee()

    await alice.say(frame(captured_ms=clock))

    assert (await alice.hear())["state"] == "ok"


async def test_a_repeated_sequence_is_rejected_and_the_third_one_closes(room):
    alice = await room.attendee()
    await alice.say(frame(seq=5))
    await alice.hear()

    for seq in (5, 5, 4):
        await alice.say(frame(seq))
        assert (await alice.hear())["state"] == "rejected"

    assert await alice.closed() == CloseCode.BAD_MESSAGES


async def test_ten_megabytes_in_one_message_are_not_taken_in(room, server):
    alice = await RawSocket.of(await room.attendee())
    before_mb = server.rss_mb()

    large = masked(BINARY, frame(0, bytes(10 * 2**20)))
    sending = asyncio.create_task(alice.send_all([large]))

    assert await alice.closed() == 1009
    assert server.rss_mb() - before_mb < 5
    await sending


async def test_many_small_pieces_of_one_message_are_not_added_up(room):
    alice = await RawSocket.of(await room.attendee())

    await alice.send(
        masked(BINARY, bytes(2**16), fin=False)
        + masked(CONTINUED, bytes(2**16), fin=False)
        + masked(CONTINUED, bytes(1), fin=False)
    )

    assert await alice.closed() == 1009


async def test_text_that_is_no_text_closes(room):
    alice = await RawSocket.of(await room.attendee())

    await alice.send(masked(TEXT, b"\xff\xfe"))

    assert await alice.closed() == 1007


async def test_compression_is_not_agreed_to(room):
    """So that no small message can become a large one."""
    alice = await RawSocket.of(await room.attendee())

    assert "101" in alice.answer
    assert "deflate" not in alice.answer


async def test_a_hundred_frames_in_a_second_are_too_many(room):
    alice = await RawSocket.of(await room.attendee())

    await alice.send_all(masked(BINARY, frame(seq)) for seq in range(100))

    assert await alice.closed() == CloseCode.TOO_FAST


async def test_a_flood_of_pings_is_too_much(room):
    alice = await RawSocket.of(await room.attendee())

    await alice.send(masked(PING, bytes(125)) * 100)

    assert await alice.closed() == CloseCode.TOO_FAST


@pytest.mark.parametrize(("opcode", "fin"), [(PONG, True), (CONTINUED, False)])
async def test_a_flood_of_what_is_no_message_is_too_much(room, opcode, fin):
    """Answers that nobody asked for, and the empty parts of a message without end."""
    alice = await RawSocket.of(await room.attendee())

    first = masked(opcode or BINARY, b"", fin=fin)
    await alice.send(first + masked(opcode, b"", fin=fin) * 600)

    assert await alice.closed() == CloseCode.TOO_FAST


@pytest.mark.parametrize("cookie", ["", "participant-{code}=forged"])
async def test_without_its_own_cookie_nobody_gets_in(room, cookie):
    alice = room.newcomer()
    await alice.join()
    alice.http.cookie_jar.clear()

    await alice.open(headers={"Cookie": cookie.format(code=room.code)})

    assert await alice.closed() == CloseCode.NOT_ALLOWED


async def test_a_participant_of_another_class_does_not_get_in(room, school):
    async with school.a_class() as elsewhere:
        stranger = elsewhere.newcomer()
        await stranger.join()
        cookie, target = stranger.cookie, await _path_into(room)
        stranger.http.cookie_jar.clear()

        for sent in (cookie, cookie.replace(elsewhere.code, room.code)):
            await stranger.open(target, headers={"Cookie": sent})
            assert await stranger.closed() == CloseCode.NOT_ALLOWED


async def _path_into(room):
    member = room.newcomer()
    await member.join()
    return member.path


async def test_a_page_of_another_site_cannot_open_the_socket(room):
    alice = await room.attendee()

    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await alice.open(origin="https://evil.example")

    assert refused.value.status == 403


@pytest.mark.parametrize("path", ["/", "/ws/", "/ws/sessions/17/student/"])
async def test_an_address_that_is_none_of_ours_is_refused(room, path):
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await room.newcomer().open(path)

    assert refused.value.status == 403


async def test_frames_of_a_paused_class_are_dropped(school):
    async with school.a_class() as room:
        alice = await room.attendee()
        await room.turn("pause")
        await alice.news(state="paused")

        await alice.say(frame())

        assert (await alice.hear())["state"] == "dropped"


async def test_a_class_that_is_over_closes_its_sockets_and_opens_none(school):
    async with school.a_class() as room:
        alice = await room.attendee()

        await room.turn("end")

        assert await alice.closed() == CloseCode.SESSION_OVER
        await alice.open()
        assert await alice.closed() == CloseCode.SESSION_OVER


async def test_who_left_does_not_get_in_again(room):
    alice = await room.attendee()
    cookie = alice.cookie

    await alice.post(f"/j/{room.code}/leave/")

    assert await alice.closed() == CloseCode.NOT_ALLOWED
    alice.http.cookie_jar.clear()
    await alice.open(headers={"Cookie": cookie})
    assert await alice.closed() == CloseCode.NOT_ALLOWED


async def test_one_student_in_two_windows_sends_from_the_newest(room):
    alice = await room.attendee()
    older = alice._socket

    await alice.open()
    await alice.news(expression=True)

    alice._socket, newer = older, alice._socket
    assert await alice.closed() == CloseCode.CONTINUED_ELSEWHERE
    alice._socket = newer
    await alice.is_read()


@pytest.mark.long
@pytest.mark.alone
async def test_who_sends_and_never_reads_is_cut_off(room, server):
    alice = await RawSocket.of(await room.attendee())
    before_mb = server.rss_mb()

    sequence = itertools.count()

    async def send_a_frame():
        await alice.send(masked(BINARY, frame(next(sequence))))
        await asyncio.sleep(0.3)

    took_s = await until_cut(send_a_frame, within_s=60)

    assert took_s > PATIENCE_S  # not for what it sent, but for what it left unread
    assert server.rss_mb() - before_mb < 20


@pytest.mark.long
@pytest.mark.alone
async def test_a_socket_that_never_sends_stays_as_long_as_it_reads(room):
    alice = await room.attendee()

    heard = asyncio.create_task(alice.closed())
    await asyncio.sleep(3 * PATIENCE_S)  # who does not answer is cut off after two

    assert not heard.done()
    heard.cancel()
    await asyncio.gather(heard, return_exceptions=True)
    await alice.is_read()


async def test_a_connection_that_never_asks_for_anything_is_closed(room, server):
    line = await Line.to(server.url)

    assert await line.rest() == b""


@pytest.mark.long
@pytest.mark.alone
async def test_a_thousand_sockets_from_one_address_leave_room_for_others(room, server):
    crowd = [room.newcomer() for _ in range(SOCKETS_PER_ADDRESS)]
    for person in crowd:
        await person.join()
    elsewhere = aiohttp.TCPConnector(limit=50, local_addr=("127.0.0.2", 0))
    async with aiohttp.ClientSession(connector=elsewhere) as http:

        async def closed_with(person):
            url = server.url.replace("http", "ws") + person.path
            headers = {"Cookie": person.cookie}
            async with http.ws_connect(
                url, origin=server.url, headers=headers, autoclose=False
            ) as it:
                async for _ in it:
                    pass
                return it.close_code

        inside = [asyncio.create_task(closed_with(person)) for person in crowd]
        await _until_open(server, SOCKETS_PER_ADDRESS)
        others = [closed_with(crowd[0]) for _ in range(1000 - len(inside))]

        assert set(await asyncio.gather(*others)) == {CloseCode.TOO_MANY}
        assert not any(reading.done() for reading in inside)
        await (await room.attendee()).is_read()  # from another address
        for reading in inside:
            reading.cancel()
        await asyncio.gather(*inside, return_exceptions=True)


@pytest.mark.parametrize("name", ["Sec-WebSocket-Protocol", "X-Noise", "Cookie"])
async def test_whatever_else_a_handshake_brings_is_no_fault(room, name):
    noise = random.Random(name).randbytes(100).translate(None, b"\0\r\n")
    alice = await room.attendee()

    line = await RawSocket.of(alice, name.encode() + b": " + noise)

    assert line.answer.split()[1] in {"101", "400"}


async def _until_open(server, at_least):
    """Wait until the server has this many students' sockets."""
    pattern = re.compile(r'fer_sockets\{kind="student"\} ([\d.]+)')
    async with asyncio.timeout(SOON_S):
        while float(pattern.search(*server.metrics().values())[1]) < at_least:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def test_none_of_it_left_a_fault_in_the_log(server):
    """Runs last: everything above has been through this server."""
    said = server.log.read_text()

    assert "Traceback" not in said
    assert "Exception" not in said
