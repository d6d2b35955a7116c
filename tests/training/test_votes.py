"""FER+ votes reach the right columns and the right rows."""

import numpy as np
import pytest

from training.data import DataRefused
from training.votes import load_votes, majority, vote_targets

HEADER = (
    "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,"
    "contempt,unknown,NF\n"
)


def write(path, *rows):
    path.write_text(HEADER + "".join(f"Training,,{row}\n" for row in rows))
    return path


def test_each_column_goes_to_its_own_label(tmp_path):
    path = write(tmp_path / "votes.csv", "1,2,3,4,5,6,7,8,9,10")

    votes = load_votes(path, rows=1)

    # angry, disgust, fear, happy, sad, surprise, neutral
    assert votes.counts.tolist() == [[5, 6, 7, 2, 4, 3, 1]]


def test_pictures_without_a_face_are_those_that_most_voters_call_so(tmp_path):
    path = write(
        tmp_path / "votes.csv",
        "1,2,3,0,0,0,0,0,0,4",
        "5,0,0,0,0,0,0,0,0,5",  # a tie
        "0,0,0,0,0,0,0,6,0,4",  # most saw contempt
    )

    assert load_votes(path, rows=3).no_face.tolist() == [True, False, False]


def test_votes_saved_again_by_excel_are_the_same(tmp_path):
    path = write(tmp_path / "votes.csv", "1,2,3,4,5,6,7,8,9,10")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b",", b";"))

    assert load_votes(path, rows=1).counts.tolist() == [[5, 6, 7, 2, 4, 3, 1]]


def test_votes_for_another_number_of_faces_are_refused(tmp_path):
    path = write(tmp_path / "votes.csv", "1,2,3,4,5,6,7,8,9,10")

    with pytest.raises(DataRefused, match="1 rows, expected 2"):
        load_votes(path, rows=2)


def test_missing_votes_are_named(tmp_path):
    with pytest.raises(DataRefused, match=r"nowhere\.csv cannot be read \(No such"):
        load_votes(tmp_path / "nowhere.csv", rows=1)


def test_votes_that_are_no_text_are_refused(tmp_path):
    path = write(tmp_path / "votes.csv", "1,0,0,0,0,0,0,0,0,0")
    path.write_bytes(path.read_bytes() + b"\xff\xfe")

    with pytest.raises(DataRefused, match=r"votes\.csv cannot be read"):
        load_votes(path, rows=1)


def test_a_broken_line_is_named(tmp_path):
    path = write(tmp_path / "votes.csv", "1,0,0,0,0,0,0,0,0,0", "1,0,0")

    with pytest.raises(DataRefused, match="line 3"):
        load_votes(path, rows=2)


def test_single_votes_are_slips():
    shares, weights = vote_targets(np.array([[6.0, 1, 0, 0, 3, 0, 0]]))

    assert shares[0] == pytest.approx([2 / 3, 0, 0, 0, 1 / 3, 0, 0])
    assert weights.tolist() == [1]


def test_rows_without_votes_weigh_nothing():
    shares, weights = vote_targets(np.zeros((1, 7)))

    assert shares.sum() == pytest.approx(1)
    assert weights.tolist() == [0]


def test_a_tie_has_no_majority():
    known, labels = majority(np.array([[4, 4, 0, 0, 0, 0, 0], [0, 5, 4, 0, 0, 0, 0]]))

    assert known.tolist() == [False, True]
    assert labels[1] == 1
