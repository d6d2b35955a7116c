"""One command measures an artefact; its figures are those of scikit-learn."""

import json

import numpy as np
import pytest
from sklearn import metrics

from inference.labels import EMOTIONS
from tests.training.small import (
    people_faces,
    small_faces,
    write_npz,
    write_people,
    write_votes,
)
from training import evaluate
from training.__main__ import main
from training.conditions import THIRDS
from training.data import PRIVATE, PUBLIC, TRAINING
from training.mood_trials import LESSONS, PRIORS, SIZES

FACES = small_faces(per_label=2, tests_per_label=8)
PEOPLE = people_faces(per_label=16)


@pytest.fixture
def evaluated(quick, tmp_path, monkeypatch, capsys):
    """What the command prints of the artefact that ships."""
    data = write_npz(FACES, tmp_path / "fer.npz")
    votes = write_votes(np.eye(7)[FACES.labels] * 10, tmp_path / "votes.csv")
    people = write_people(PEOPLE, tmp_path / "people.npz")
    options = ["--data", data, "--votes", votes, "--people", people]
    options += ["--report", tmp_path, "--json"]
    command = ["training", "evaluate", "--artefact", "small", *options]
    monkeypatch.setattr("sys.argv", list(map(str, command)))
    main()
    return json.loads(capsys.readouterr().out)


def test_the_figures_have_the_names_that_others_read(evaluated, tmp_path):
    classes = {f"{prior}_{size}" for prior in PRIORS for size in SIZES}

    assert set(PRIORS) == {"classroom", "uniform"}
    assert SIZES == (5, 10, 20, 30, 100)
    assert set(evaluated["accuracy"]) == {
        *("train", "test", "public", "private", "test_without_duplicates")
    }
    for moods in (evaluated["mood_error"], evaluated["mood_error_ferplus"]):
        assert set(moods) == classes
        for errors in moods.values():
            assert set(errors) == {"counting", "averaging", "estimator"}
    assert set(evaluated["interval_coverage"]) == classes
    assert set(evaluated["serving_path"]) == {"accuracy", "direct", "found"}
    assert {"macro_f1", "ece", "ms_per_face"} <= set(evaluated)
    assert set(evaluated["judges"]) == {"fer2013", "ferplus", "people"}
    assert set(evaluated["lessons"]) == set(LESSONS)
    assert {name: tuple(of) for name, of in evaluated["conditions"].items()} == THIRDS
    assert json.loads((tmp_path / "figures.json").read_text()) == evaluated


def test_they_are_scikit_learns_on_the_same_predictions(quick, tmp_path):
    found = evaluate.evaluate("small", FACES, None, models_dir=tmp_path)

    read = found.scores.argmax(axis=1)
    for name, rows in {
        "train": FACES.usage == TRAINING,
        "test": FACES.usage != TRAINING,
        "public": FACES.usage == PUBLIC,
        "private": FACES.usage == PRIVATE,
    }.items():
        right = metrics.accuracy_score(FACES.labels[rows], read[rows])
        assert found.figures["accuracy"][name] == pytest.approx(right)
    test = FACES.usage != TRAINING
    truth, read = FACES.labels[test], read[test]
    options = {"labels": range(7), "zero_division": 0}
    assert found.figures["macro_f1"] == pytest.approx(
        metrics.f1_score(truth, read, average="macro", **options)
    )
    assert list(found.figures["recall"]) == list(EMOTIONS)
    assert list(found.figures["recall"].values()) == pytest.approx(
        metrics.recall_score(truth, read, average=None, **options)
    )
    assert found.figures["confusion"] == (
        metrics.confusion_matrix(truth, read, labels=range(7)).tolist()
    )


def test_the_serving_path_is_measured_beside_the_same_faces_own_crops(evaluated):
    path = evaluated["serving_path"]

    assert path["found"] == 1
    assert path["direct"] == pytest.approx(evaluated["accuracy"]["private"])


def test_people_are_measured_on_their_check_part_alone(evaluated):
    found = evaluated["judges"]["people"]

    assert found["right"]["faces"] == len(PEOPLE.check)
    assert evaluated["people_serving_path"]["found"] == 1


def test_pictures_that_voters_call_no_face_test_nothing(quick, tmp_path):
    no_face = np.zeros(len(FACES), bool)
    no_face[np.flatnonzero(FACES.is_test)[:3]] = True

    found = evaluate.evaluate(
        "small", FACES.without(no_face), None, models_dir=tmp_path
    )

    faces = found.figures["judges"]["fer2013"]["right"]["faces"]
    assert faces == FACES.is_test.sum() - 3


def test_a_missing_artefact_is_one_sentence(quick, tmp_path, monkeypatch):
    data = write_npz(FACES, tmp_path / "fer.npz")
    command = ["training", "evaluate", "--artefact", tmp_path / "none", "--data", data]
    monkeypatch.setattr("sys.argv", list(map(str, command)))

    with pytest.raises(SystemExit, match="There is no artefact in") as ended:
        main()
    assert "\n" not in str(ended.value)


def test_all_faces_are_scored_a_part_at_a_time():
    class Recording:
        def __init__(self):
            self.sizes = []

        def classify(self, crops):
            self.sizes.append(len(crops))
            return crops[:, 0, :7]

    classifier = Recording()

    scores = evaluate.all_scores(classifier, FACES.images, at_once=32)

    assert np.array_equal(scores, FACES.images[:, 0, :7])
    assert max(classifier.sizes) <= 32
