"""Bad input ends a command with one sentence, before anything is written."""

import numpy as np
import pytest

from tests.training.small import small_faces, write_csv, write_folders, write_votes
from training.__main__ import main

FACES = small_faces(per_label=2, tests_per_label=1)


@pytest.fixture
def refusal(monkeypatch):
    """Call a command that is refused; return the sentence."""

    def call(*command):
        monkeypatch.setattr("sys.argv", ["training", *map(str, command)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, str)
        assert "\n" not in ended.value.code
        return ended.value.code

    return call


@pytest.mark.parametrize("network", ["compact", "vinnet"])
def test_a_cut_csv_starts_no_run(refusal, tmp_path, network):
    data = write_csv(FACES, tmp_path / "fer2013.csv")
    data.write_text(data.read_text()[:-3000])

    said = refusal("train", network, "--data", data, "--run", tmp_path / "run")

    assert "fer2013.csv, line 2" in said
    assert said.endswith("download it again.")
    assert not (tmp_path / "run").exists()


def test_data_that_is_not_there_exports_nothing(refusal, tmp_path):
    options = ["--data", tmp_path / "none.npz", "--run", tmp_path / "run"]

    said = refusal("export", *options, "--artefact", tmp_path / "made")

    assert "none.npz does not exist" in said
    assert not (tmp_path / "made").exists()


def test_votes_of_another_count_are_named(refusal, tmp_path):
    data = write_csv(FACES, tmp_path / "fer2013.csv")
    votes = write_votes(np.zeros((3, 7)), tmp_path / "votes.csv")

    said = refusal(
        "train", "compact", "--data", data, "--votes", votes, "--run", tmp_path / "run"
    )

    assert "votes.csv has 3 rows, expected 21" in said


def test_votes_do_not_fit_class_folders(refusal, tmp_path):
    data = write_folders(FACES, tmp_path / "fer")
    votes = write_votes(np.zeros((21, 7)), tmp_path / "votes.csv")

    said = refusal(
        "train", "compact", "--data", data, "--votes", votes, "--run", tmp_path / "run"
    )

    assert "give the .npz or .csv" in said


def test_votes_fit_a_folder_that_holds_the_csv(refusal, tmp_path):
    write_csv(FACES, tmp_path / "fer2013.csv")
    votes = write_votes(np.zeros((3, 7)), tmp_path / "votes.csv")

    said = refusal(
        "train", "compact", *("--data", tmp_path, "--votes", votes, "--run", "none")
    )

    assert "votes.csv has 3 rows, expected 21" in said


def test_people_that_cannot_be_read_refit_nothing(refusal, tmp_path):
    data = write_csv(FACES, tmp_path / "fer2013.csv")
    votes = write_votes(np.zeros((21, 7)), tmp_path / "votes.csv")
    options = ["--data", data, "--votes", votes, "--people", tmp_path / "none.npz"]

    said = refusal("refit", "small", *options, "--artefact", tmp_path / "made")

    assert "none.npz cannot be read" in said
    assert not (tmp_path / "made").exists()


def test_a_part_of_fer2013_is_remarked_on(tmp_path, monkeypatch, capsys):
    data = write_csv(FACES, tmp_path / "fer2013.csv")
    votes = tmp_path / "none.csv"
    options = ["--data", data, "--votes", votes, "--run", tmp_path / "run"]
    command = ["training", "train", "compact", *options]
    monkeypatch.setattr("sys.argv", list(map(str, command)))

    with pytest.raises(SystemExit):
        main()

    assert "has 21 faces, the whole of FER2013 35,887" in capsys.readouterr().err
