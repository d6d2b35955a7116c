"""`predict` on a real photograph, as cameras and programs write it, with the engine."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from training.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
ASTRONAUT = Image.fromarray(data.astronaut())  # a face that may be shown, and smiles
LARGE = ASTRONAUT.resize((4096, 4096))
FACE = ASTRONAUT.crop((179, 81, 272, 174))  # what the detector calls her face
TURNED = 6  # Exif: the picture lies on its side, turn it to the right


def sideways(path):
    exif = Image.Exif()
    exif[0x0112] = TURNED
    ASTRONAUT.transpose(Image.Transpose.ROTATE_90).save(path, exif=exif)


def grey_of_16_bits(path):
    levels = np.asarray(ASTRONAUT.convert("L")).astype(np.uint16) * 257
    Image.fromarray(levels).save(path)


def cut_out(path):
    """Her, with nothing but transparent black around."""
    picture = np.dstack([data.astronaut(), np.full((512, 512), 255, np.uint8)])
    picture[:, 330:] = 0
    Image.fromarray(picture).save(path)


KINDS = {
    "telephone.jpg": lambda path: LARGE.save(path, quality=98),
    "sideways.jpg": sideways,
    "grey.png": lambda path: ASTRONAUT.convert("L").save(path),
    "deep.png": grey_of_16_bits,
    "print.jpg": lambda path: ASTRONAUT.convert("CMYK").save(path),
    "cut_out.png": cut_out,
    "few_colours.png": lambda path: ASTRONAUT.convert("P").save(path),
    "progressive.jpg": lambda path: ASTRONAUT.save(path, progressive=True),
    "tight.jpg": lambda path: FACE.save(path),
    "tight_and_grey.png": lambda path: FACE.convert("L").resize((48, 48)).save(path),
}


@pytest.fixture
def predicted(monkeypatch, capsys):
    """Run the command in this process; return its exit status and its lines."""

    def call(*words):
        monkeypatch.setattr("sys.argv", ["training", "predict", *map(str, words)])
        status = 0
        try:
            main()
        except SystemExit as ended:
            status = 1 if isinstance(ended.code, str) else ended.code
        return status, capsys.readouterr().out.splitlines()

    return call


def test_a_photo_is_read_whatever_kind_of_file_it_is(predicted, tmp_path):
    for name, write in KINDS.items():
        write(tmp_path / name)
    assert (tmp_path / "telephone.jpg").stat().st_size > 20 * 128 * 1024

    status, lines = predicted(*(tmp_path / name for name in KINDS))

    assert status == 0
    wrong = [line for line in lines if ": happy" not in line]
    assert wrong == []
    assert len(lines) == len(KINDS)


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100)


def test_what_is_no_picture_costs_its_own_line_only(predicted, tmp_path):
    ASTRONAUT.save(tmp_path / "whole.jpg")
    whole = (tmp_path / "whole.jpg").read_bytes()
    files = {"phone.heic": HEIC, "cut.jpg": whole[:20000], "empty.jpg": b""}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    Image.fromarray(np.ones((9, 9), np.float32)).save(tmp_path / "depth.tif")
    names = [*files, "depth.tif", "nowhere.jpg", "whole.jpg"]

    status, lines = predicted(*(tmp_path / name for name in names))

    assert status == 0
    heic, cut, empty, depth, nowhere, read, count = lines
    assert heic.endswith(
        "a HEIC picture or a film, which we do not read; save it as a JPEG"
    )
    assert "cut.jpg: damaged or cut off (" in cut
    assert empty.endswith("empty.jpg: an empty file; copy it again")
    assert "depth.tif: holds numbers, not colours" in depth
    assert nowhere.endswith("nowhere.jpg: does not exist")
    assert ": happy" in read
    assert count == "5 of 6 could not be read"


def test_the_drawn_copy_shows_the_photo_in_its_own_colours(predicted, tmp_path):
    ASTRONAUT.save(tmp_path / "she.png")

    predicted(tmp_path / "she.png", "--pictures", tmp_path / "out")

    drawn = np.asarray(Image.open(tmp_path / "out" / "she.png.png").convert("RGB"))
    red, _, blue = drawn.reshape(-1, 3).mean(axis=0)
    assert red > blue + 5  # her suit is orange


def test_the_command_fails_where_nothing_could_be_read(tmp_path):
    (tmp_path / "phone.heic").write_bytes(HEIC)

    ended = subprocess.run(
        [sys.executable, "-m", "training", "predict", tmp_path / "phone.heic"],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert "phone.heic: a HEIC picture" in ended.stdout
    assert "No picture could be read." in ended.stderr
