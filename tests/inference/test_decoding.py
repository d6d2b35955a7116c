import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from inference.decoding import MAX_BYTES, FrameRejected, check_header, decode
from tests.inference.frames import ASTRONAUT, ASTRONAUT_JPEG, to_jpeg


def encode(mode, **options):
    buffer = io.BytesIO()
    Image.fromarray(ASTRONAUT).convert(mode).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def test_a_frame_comes_back_in_red_green_blue():
    image = decode(ASTRONAUT_JPEG)

    assert image.shape == (240, 320, 3)
    assert np.abs(image.astype(int) - ASTRONAUT).mean() < 4


@pytest.mark.parametrize(
    ("mode", "options"), [("RGB", {"progressive": True}), ("L", {}), ("CMYK", {})]
)
def test_grey_cmyk_and_progressive_frames_look_like_the_plain_one(mode, options):
    grey = np.asarray(Image.fromarray(ASTRONAUT).convert("L"), int)

    image = decode(encode(mode, **options))

    assert image.shape == (240, 320, 3)
    assert np.abs(image.mean(axis=2) - grey).mean() < 8


def test_the_header_tells_the_size_without_decoding():
    start_of_picture = ASTRONAUT_JPEG[: ASTRONAUT_JPEG.index(b"\xff\xda")]

    assert check_header(start_of_picture) == (320, 240)


def test_the_largest_allowed_frame_is_read():
    assert decode(to_jpeg(np.zeros((960, 1280), np.uint8))).shape == (960, 1280, 3)


@pytest.mark.parametrize(
    ("jpeg", "reason"),
    [
        (b"", "not a JPEG"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not a JPEG"),
        (ASTRONAUT_JPEG + bytes(MAX_BYTES), "more than 128 KiB"),
        (to_jpeg(np.zeros((240, 1281), np.uint8)), "larger than 1280x960"),
        (to_jpeg(np.zeros((961, 320), np.uint8)), "larger than 1280x960"),
        (ASTRONAUT_JPEG + b"\xff\xda" * 40, "too many scans"),
        (ASTRONAUT_JPEG.replace(b"\xff\xc0", b"\xff\xc9"), "unusual kind"),
        (
            ASTRONAUT_JPEG.replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc0\x00\x11\x0c"),
            "kind",
        ),
        (ASTRONAUT_JPEG[:20], "without a size"),
        (ASTRONAUT_JPEG[: len(ASTRONAUT_JPEG) // 2], "damaged"),
        (b"\xff\xd8\xff\xe0\x00\x02" + b"junk instead of a segment", "damaged"),
    ],
)
def test_what_is_no_small_jpeg_is_refused_with_a_reason(jpeg, reason):
    with pytest.raises(FrameRejected, match=reason):
        decode(jpeg)


@given(jpeg=st.binary(max_size=300).map(lambda rest: b"\xff\xd8\xff" + rest))
def test_any_header_is_read_or_refused(jpeg):
    try:
        width, height = check_header(jpeg)
    except FrameRejected:
        return
    assert 0 < width <= 1280
    assert 0 < height <= 960
