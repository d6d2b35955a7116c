"""From a photo on a disk to pixels, whatever program wrote it."""

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

# Pillow's bound guards servers against strangers. These are the user's own photos, and
# a telephone's may have 200 million pixels.
Image.MAX_IMAGE_PIXELS = None
ENOUGH = 2560  # pixels a side; of a JPEG, Pillow decodes no finer grid than asked for
_DAMAGED = (  # what Pillow lets through of a damaged file
    OSError,
    SyntaxError,
    ValueError,
    LookupError,
    TypeError,
    MemoryError,
    struct.error,
    zlib.error,
)


class PhotoUnread(Exception):
    """A file that gives no picture; the text says why, and the remedy."""


def read_photo(path: Path) -> np.ndarray:
    """Read one photo: grey or in colour, of 8 or 16 bits, transparent or for print.

    Returns:
        Shape (H, W, 3), uint8, RGB, turned as its Exif data asks; transparent parts
        are white. JPEGs of more than 5,120 pixels a side come at half their size or
        less.

    Raises:
        PhotoUnread: If it is missing, damaged, or no picture that Pillow knows.
    """
    try:
        with Image.open(path) as photo:
            photo.draft(None, (ENOUGH, ENOUGH))
            return np.array(_in_colours(ImageOps.exif_transpose(photo)))
    except FileNotFoundError as error:
        raise PhotoUnread("does not exist") from error
    except UnidentifiedImageError as error:
        raise PhotoUnread(_what_it_is(path)) from error
    except _DAMAGED as error:
        raise PhotoUnread(f"damaged or cut off ({error}); copy it again") from error


def _in_colours(photo: Image.Image) -> Image.Image:
    if photo.mode.startswith("I;16"):
        # `convert` alone would make it white: findings/pillow_16_bit_grey.sh
        photo = Image.fromarray((np.asarray(photo) // 257).astype(np.uint8))
    if photo.mode in {"I", "F"}:
        raise PhotoUnread("holds numbers, not colours; save it as a JPEG or PNG")
    if photo.has_transparency_data:
        photo = photo.convert("RGBA")
        white = Image.new("RGBA", photo.size, "white")
        return Image.alpha_composite(white, photo).convert("RGB")
    return photo.convert("RGB")


def _what_it_is(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(12)
    if not head:
        return "an empty file; copy it again"
    if head[4:8] == b"ftyp":
        return "a HEIC picture or a film, which we do not read; save it as a JPEG"
    return "not a picture that we read; save it as a JPEG or PNG"
