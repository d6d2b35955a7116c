import json

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from inference.detection.files import YUNET
from inference.tools import benchmark
from tests.inference.frames import ASTRONAUT_JPEG
from tests.training.small import small_faces, write_npz, write_votes


def test_bench_engine_prints_json_alone_if_asked(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(benchmark, "ROUND_S", 0.02)
    (tmp_path / "frame.jpg").write_bytes(ASTRONAUT_JPEG)

    call_command("bench_engine", str(tmp_path), "--json", "--size=160x120")

    results = json.loads(capsys.readouterr().out)
    assert results["one_thread"]["frames_per_s"] > 0
    assert results["all_cores"]["frames_per_s"] > 0


def test_bench_engine_prints_a_table(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(benchmark, "ROUND_S", 0.02)
    (tmp_path / "frame.jpg").write_bytes(ASTRONAUT_JPEG)

    call_command("bench_engine", tmp_path)

    text = capsys.readouterr().out
    assert "1 frames: 1 ok" in text
    assert "classify" in text


@pytest.mark.parametrize("size", ["320", "320x", "axb", "0x240"])
def test_bench_engine_refuses_what_is_no_size(tmp_path, size):
    with pytest.raises(CommandError, match="no size"):
        call_command("bench_engine", str(tmp_path), f"--size={size}")


def test_bench_engine_tells_how_often_it_is_right(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(benchmark, "ROUND_S", 0.02)
    (tmp_path / "frame.jpg").write_bytes(ASTRONAUT_JPEG)
    faces = small_faces(per_label=1, tests_per_label=1)
    data, votes = tmp_path / "fer2013.npz", tmp_path / "votes.csv"
    write_npz(faces, data)
    write_votes(5 * np.eye(7)[faces.labels], votes)

    call_command("bench_engine", tmp_path, faces=data, votes=votes, json=True)

    right = json.loads(capsys.readouterr().out)["accuracy"]["classmood"]
    assert right["found"]["faces"] == faces.is_test.sum()
    assert right["right_by_votes"]["faces"] <= right["found"]["faces"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--with=original,haar",), "'haar' is not known; write some of original, fer"),
        (("--faces=fer2013.npz",), "Give --faces and --votes together"),
    ],
)
def test_bench_engine_refuses_what_it_cannot_measure(tmp_path, options, said):
    with pytest.raises(CommandError, match=said):
        call_command("bench_engine", str(tmp_path), *options)


def test_bench_engine_says_that_a_folder_holds_no_jpeg(tmp_path):
    with pytest.raises(CommandError, match="no JPEG"):
        call_command("bench_engine", tmp_path)


def test_fetch_models_names_the_remedy_where_a_mirror_is_silent(tmp_path):
    with pytest.raises(CommandError, match="give --mirror"):
        call_command("fetch_models", dir=tmp_path, mirror="http://127.0.0.1:1")

    assert not (tmp_path / YUNET.name).exists()
