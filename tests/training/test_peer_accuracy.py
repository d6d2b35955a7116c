"""Right is right by each judge, of the faces that were found."""

import numpy as np

from tests.training.small import small_faces
from training.peer_accuracy import JudgedFrames, accuracy

SCORES = np.eye(7)


def test_a_system_is_judged_by_both_on_the_faces_that_it_found():
    answers = iter([SCORES[3], None, SCORES[6], SCORES[6]])
    frames = JudgedFrames([b""] * 4, np.array([3, 3, 6, 0]), np.array([3, 3, 4, 6]))

    found = accuracy(lambda jpeg: next(answers), frames)

    assert found["found"]["share"] == 3 / 4
    assert found["right_by_votes"]["share"] == 2 / 3
    assert found["right_by_label"]["share"] == 2 / 3


def test_a_system_that_finds_no_face_is_right_about_none():
    frames = JudgedFrames([b""] * 2, np.array([3, 3]), np.array([3, 3]))

    found = accuracy(lambda jpeg: None, frames)

    assert found["found"]["share"] == 0
    assert found["right_by_votes"]["faces"] == 0


def test_frames_show_test_faces_on_which_voters_agree():
    faces = small_faces(per_label=2, tests_per_label=2)
    votes = np.zeros((len(faces), 7), np.float32)
    tied = np.flatnonzero(faces.is_test)[1]
    votes[:, 6] = votes[tied, 0] = 5

    frames = JudgedFrames.of(faces, votes)

    assert len(frames.jpegs) == faces.is_test.sum() - 1
    assert set(frames.by_votes) == {6}
    assert sorted(frames.by_label) == sorted(
        np.delete(faces.labels, tied)[np.delete(faces.is_test, tied)]
    )
