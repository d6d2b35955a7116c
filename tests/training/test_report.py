"""A report holds the figures that were measured, and pictures."""

import json

import numpy as np
import pytest

from tests.training.small import small_faces
from training import figures
from training.data import TRAINING, DataRefused
from training.evaluate import Evaluation
from training.judges import judge
from training.mood_trials import PRIORS, SIZES
from training.report import as_json, summary, write_report

FACES = small_faces(per_label=2, tests_per_label=4)


@pytest.fixture
def found():
    scores = np.random.default_rng(0).dirichlet(np.ones(7), len(FACES))
    test = FACES.usage != TRAINING
    matrix = figures.confusion(scores[test], FACES.labels[test])
    recall, f1 = figures.recall_and_f1(matrix)
    errors = {"counting": 0.3, "averaging": 0.4, "estimator": 0.2}
    measured = {
        "artefact": "small",
        "form": "int8",
        "accuracy": {"test": figures.accuracy(scores[test], FACES.labels[test])},
        "macro_f1": float(f1.mean()),
        "recall": figures.by_label(recall),
        "ece": 0.1,
        "confusion": matrix.tolist(),
        "mood_error": {f"{prior}_{n}": errors for prior in PRIORS for n in SIZES},
        "serving_path": {"found": 0.9, "accuracy": 0.5, "direct": 0.6},
        "ms_per_face": 0.4,
        "judges": {"fer2013": judge(scores[test], FACES.labels[test])},
    }
    return Evaluation(measured, scores)


def test_the_report_is_one_page_beside_its_figures(found, tmp_path):
    write_report(found, FACES, tmp_path)

    page = (tmp_path / "report.html").read_text()
    assert page.count("data:image/png;base64,") == 5
    assert json.loads((tmp_path / "figures.json").read_text()) == found.figures


def test_what_could_not_be_measured_is_null():
    figures = {"accuracy": {"public": float("nan"), "test": 0.5}, "form": "int8"}

    assert json.loads(as_json(figures)) == {
        "accuracy": {"public": None, "test": 0.5},
        "form": "int8",
    }


@pytest.mark.parametrize("content", [None, "epoch,loss\n"])
def test_a_run_without_an_epoch_has_no_course(found, tmp_path, content):
    if content is not None:
        (tmp_path / "log.csv").write_text(content)

    with pytest.raises(DataRefused, match=r"log\.csv"):
        write_report(found, FACES, tmp_path, run=tmp_path)


def test_the_course_is_drawn_from_the_runs_log(found, tmp_path):
    header = "epoch,loss,accuracy,held_out_accuracy,held_out_loss"
    (tmp_path / "log.csv").write_text(f"{header}\n1,2,0.3,0.4,1.9\n2,1,0.5,0.5,1.2\n")

    write_report(found, FACES, tmp_path, run=tmp_path)

    assert "Course of the training" in (tmp_path / "report.html").read_text()


def test_the_summary_says_how_surely_a_share_is_known(found):
    right = found.figures["judges"]["fer2013"]["right"]

    assert (
        f"fer2013, right: {right['share']:.1%} "
        f"({right['low']:.1%} to {right['high']:.1%}, {len(FACES.rows(FACES.is_test))})"
    ) in summary(found)


def test_the_summary_names_the_serving_path(found):
    assert "90.0% found, 50.00% right" in summary(found)
