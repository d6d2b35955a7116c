"""From the bytes of a frame to pixels; what cannot be meant is refused unread."""

import cv2
import numpy as np

MAX_BYTES = 128 * 1024
MAX_WIDTH, MAX_HEIGHT = 1280, 960
# Cameras write one scan, progressive encoders about ten. Every scan goes over the
# whole picture, so that thousands of empty ones would buy minutes of our time.
MAX_SCANS = 32

_START = b"\xff\xd8\xff"
_SCAN = 0xDA
_LONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length
_SIZES = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive; Huffman, not lossless
_OTHER_SIZES = {*range(0xC3, 0xD0)} - {0xC4, 0xC8, 0xCC}


class FrameRejected(ValueError):
    """The bytes are not a frame that we read; the text says why."""


def decode(jpeg: bytes) -> np.ndarray:
    """Decode one frame.

    Args:
        jpeg: A JPEG; grey, colour or CMYK, baseline or progressive.

    Returns:
        Shape (H, W, 3), uint8, red green blue, turned as its Exif data asks.

    Raises:
        FrameRejected: If it is no such JPEG, too large, or damaged.
    """
    check_header(jpeg)
    try:
        image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error as error:
        raise FrameRejected("damaged JPEG") from error
    if image is None:
        raise FrameRejected("damaged JPEG")
    return image


def check_header(jpeg: bytes) -> tuple[int, int]:
    """Read a JPEG's width and height in pixels without decoding it.

    Raises:
        FrameRejected: If it is not a JPEG within the bounds of this module.
    """
    if len(jpeg) > MAX_BYTES:
        raise FrameRejected("more than 128 KiB")
    if not jpeg.startswith(_START):
        raise FrameRejected("not a JPEG")
    if jpeg.count(b"\xff\xda") > MAX_SCANS:
        raise FrameRejected("too many scans")
    width, height = _size(jpeg)
    if not 0 < width <= MAX_WIDTH or not 0 < height <= MAX_HEIGHT:
        raise FrameRejected(f"larger than {MAX_WIDTH}x{MAX_HEIGHT} or empty")
    return width, height


def _size(jpeg: bytes) -> tuple[int, int]:
    """Walk the segments up to the one that holds the size."""
    at = 2
    while at + 9 < len(jpeg):
        if jpeg[at] != 0xFF:
            raise FrameRejected("damaged JPEG header")
        marker = jpeg[at + 1]
        if marker == 0xFF or marker in _LONE:  # fill byte, or nothing follows
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _SIZES:
            return _checked_size(jpeg[at + 4 : at + 10])
        if marker in _OTHER_SIZES:
            raise FrameRejected("a JPEG of an unusual kind")
        if marker == _SCAN:
            break
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    raise FrameRejected("a JPEG without a size")


def _checked_size(frame: bytes) -> tuple[int, int]:
    bits, components = frame[0], frame[5]
    if bits != 8 or components not in {1, 3, 4}:
        raise FrameRejected("a JPEG of an unusual kind")
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    return width, height
