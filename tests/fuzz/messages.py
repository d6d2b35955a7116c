"""Messages that were frames once: JPEGs taken apart and put together wrongly."""

import io
import struct

from hypothesis import strategies as st
from PIL import Image

from tests.inference.frames import ASTRONAUT

SCAN = 0xDA
LONGEST = 2**18  # the socket takes in half of that


def _saved(mode="RGB", size=(320, 240), **options):
    buffer = io.BytesIO()
    image = Image.fromarray(ASTRONAUT).convert(mode).resize(size)
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def _lying_on_its_side():
    exif = Image.Exif()
    exif[0x0112] = 6
    return _saved(exif=exif.tobytes())


JPEGS = [
    _saved(quality=60),
    _saved(progressive=True),
    _saved("L"),
    _saved("L", progressive=True),
    _saved("CMYK"),
    _saved(subsampling=0, optimize=True),
    _saved(restart_marker_blocks=4),
    _lying_on_its_side(),
    _saved(size=(16, 16)),
    _saved(size=(1280, 960), quality=20, progressive=True),
]


def segments_of(jpeg):
    """A sound JPEG as its parts: markers with what belongs to them, scans as one."""
    parts, at = [jpeg[:2]], 2
    while at < len(jpeg):
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if jpeg[at + 1] == SCAN:
            end = _next_marker(jpeg, end)
        if jpeg[at + 1] == 0xD9:
            end = len(jpeg)
        parts.append(jpeg[at:end])
        at = end
    return parts


def _next_marker(jpeg, at):
    """Where a scan's data ends: stuffed zeros and restarts belong to it."""
    while at + 1 < len(jpeg):
        if jpeg[at] == 0xFF and jpeg[at + 1] not in {0, *range(0xD0, 0xD8)}:
            return at
        at += 1
    return len(jpeg)


SEGMENTS = [segments_of(jpeg) for jpeg in JPEGS]
markers = st.integers(0xC0, 0xFE)
places = st.integers(0, 2**16)


@st.composite
def segments(draw):
    """One part: of any of the JPEGs, or made up."""
    if draw(st.integers(0, 3)):
        return draw(st.sampled_from(draw(st.sampled_from(SEGMENTS))))
    body = draw(st.binary(max_size=80))
    length = draw(st.sampled_from([len(body) + 2, 0, 1, 2, 2**16 - 1]))
    return struct.pack(">BBH", 0xFF, draw(markers), length) + body


@st.composite
def jpegs(draw):
    """A JPEG with parts dropped, doubled, moved, exchanged, cut or changed."""
    parts = list(draw(st.sampled_from(SEGMENTS)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(places) % (len(parts) + 1)
        kind = draw(st.sampled_from(["insert", "drop", "change", "repeat", "flip"]))
        if kind == "insert":
            parts.insert(at, draw(segments()))
        elif kind == "drop":
            del parts[at : at + 1]
        elif kind == "repeat":
            parts[at:at] = parts[at : at + 1] * draw(st.integers(1, 40))
        elif at < len(parts):
            change = _new_bytes if kind == "change" else _flipped
            parts[at] = draw(change(parts[at]))
    jpeg = b"".join(parts)
    return jpeg[: draw(places)] if draw(st.integers(0, 4)) == 0 else jpeg


@st.composite
def _new_bytes(draw, part):
    """A few new bytes in a part, most likely in its head, where lengths are."""
    changed = bytearray(part)
    for _ in range(draw(st.integers(1, 6))):
        reach = draw(st.sampled_from([24, 24, len(changed)]))
        if changed:
            changed[draw(places) % min(reach, len(changed))] = draw(st.integers(0, 255))
    return bytes(changed)


@st.composite
def _flipped(draw, part):
    """One bit of a part turned."""
    changed = bytearray(part)
    if changed:
        changed[draw(places) % len(changed)] ^= 1 << draw(st.integers(0, 7))
    return bytes(changed)


@st.composite
def messages(draw):
    """What may come through the socket: a header of any kind, and a frame or less."""
    head = struct.pack(
        ">BIQ",
        draw(st.sampled_from([1, 1, 1, 1, 0, 2, 255])),
        draw(st.integers(0, 2**32 - 1)),
        draw(st.integers(0, 2**64 - 1)),
    )
    body = draw(st.one_of(jpegs(), jpegs(), st.binary(max_size=200)))
    whole = (head + body)[:LONGEST]
    return whole[: draw(st.integers(0, 20))] if draw(st.integers(0, 9)) == 0 else whole
