"""The small network: its shape, and a run of it taught by people and by a teacher."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference.artefact import load_artefact
from inference.classification import load_classifier, to_model_input
from tests.training.runs import FACES, VOTES, stopped, values_of
from tests.training.small import people_faces, write_npz, write_people, write_votes
from training import checkpoints
from training.__main__ import main
from training.data import DataRefused
from training.recipe import Recipe, recipe_of, small
from training.training_set import LABEL_TEACHER_FILE, TEACHER_FILE, Teachers

pytestmark = pytest.mark.long

TEACHER = Path("small")  # the artefact that is shipped
PEOPLE = people_faces(per_label=8, seed=1)
QUICK = replace(
    small(epochs=2),
    batch=16,
    held_out=0.2,
    widths=(8, 16),
    blocks=(0, 1),
    precision="float32",
)


@pytest.fixture(autouse=True)
def exact_arithmetic():
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()


@pytest.fixture
def data(tmp_path):
    """Data sets as files; options that name them."""
    return {
        "--data": write_npz(FACES, tmp_path / "fer.npz"),
        "--votes": write_votes(VOTES, tmp_path / "votes.csv"),
        "--people": write_people(PEOPLE, tmp_path / "people.npz"),
    }


@pytest.fixture
def command(monkeypatch):
    """Call a command, with the small network quick to train."""

    def call(*words, **options):
        given = [str(word) for pair in options.items() for word in pair]
        monkeypatch.setattr("sys.argv", ["training", *map(str, words), *given])
        main()

    def quick(**chosen):
        return replace(QUICK, **chosen)

    monkeypatch.setattr("training.__main__.small", quick)
    return call


def learn(run, *, teacher=TEACHER):
    from training.train import train

    both = Teachers(votes=teacher, labels=teacher)
    train(FACES, VOTES, QUICK, run, people=PEOPLE, teachers=both)


def test_it_has_less_than_half_the_work_of_the_compact_network():
    from training.compare import multiply_adds
    from training.models import build_compact

    work = {}
    for each in (Recipe(), small()):
        sizes = {"widths": each.widths, "blocks": each.blocks}
        work[each.widths] = multiply_adds(build_compact(**sizes, side=48))

    compact, ours = work.values()
    assert ours < 0.45 * compact
    assert ours < 60e6


def test_its_stages_halve_every_size_of_face_evenly():
    assert all(
        side % 2 ** (len(each.widths) - 1) == 0
        for each in (Recipe(), small())
        for _, side in each.sides
    )


def test_one_command_trains_it_with_people_and_teachers(data, command, tmp_path):
    run = tmp_path / "run"
    teachers = {"--teacher": TEACHER, "--label-teacher": TEACHER}

    command("train", "small", **data, **teachers, **{"--run": run})

    kept = recipe_of(run)
    assert (kept.people, kept.teacher) == (QUICK.people, QUICK.teacher)
    assert kept.label_teacher == QUICK.label_teacher > 0
    for file in (TEACHER_FILE, LABEL_TEACHER_FILE):
        scores = np.load(run / file)
        assert scores.sum(axis=1) == pytest.approx(np.ones(len(scores)), abs=1e-5)
    assert "held_out_majority" in (run / "log.csv").read_text().splitlines()[0]
    assert (run / "checkpoints" / "epoch-0002.weights.h5").exists()


def test_without_people_and_teacher_it_learns_from_votes_alone(data, command, tmp_path):
    del data["--people"]

    command("train", "small", **data, **{"--run": tmp_path / "run"})

    kept = recipe_of(tmp_path / "run")
    assert (kept.people, kept.teacher, kept.label_teacher) == (0.0, 0.0, 0.0)
    assert not (tmp_path / "run" / TEACHER_FILE).exists()


def test_another_network_does_not_take_them_silently(data, command, tmp_path):
    run = tmp_path / "run"

    with pytest.raises(
        SystemExit, match="--people: only for the small network; leave out"
    ):
        command("train", "compact", **data, **{"--run": run})
    assert not run.exists()


def test_a_teacher_that_is_no_artefact_starts_no_epoch(data, command, tmp_path):
    run = tmp_path / "run"

    with pytest.raises(SystemExit, match="none"):
        command("train", "small", **data, **{"--teacher": "none", "--run": run})
    assert not (run / "checkpoints").exists()


@pytest.mark.parametrize(
    ("given", "asked"),
    [(Teachers(labels=TEACHER), "--teacher"), (Teachers(TEACHER), "--label-teacher")],
)
def test_a_teacher_that_the_recipe_needs_is_asked_for(given, asked, tmp_path):
    from training.train import train

    with pytest.raises(DataRefused, match=f"name its artefact with {asked}"):
        train(FACES, VOTES, QUICK, tmp_path, people=PEOPLE, teachers=given)


def test_the_mean_of_a_face_and_its_mirror_image_is_what_a_teacher_says(tmp_path):
    from training.data import split_training
    from training.training_set import taught, training_set_of

    split = split_training(FACES, share=QUICK.held_out, seed=0)
    alone = training_set_of(QUICK, FACES, VOTES, PEOPLE, split)
    found = load_artefact(TEACHER)
    classifier = load_classifier(found, found.default)
    face = alone.images[:1]
    said = (classifier.classify(face) + classifier.classify(face[:, :, ::-1])) / 2

    learnt = taught(alone, QUICK, Teachers(TEACHER, TEACHER), tmp_path)

    for share, answers, ours in (
        (QUICK.teacher, alone.shares, learnt.shares),
        (QUICK.label_teacher, alone.labels, learnt.labels),
    ):
        expected = (1 - share) * answers[0] + share * said[0]
        assert ours[0] == pytest.approx(expected, abs=1e-5)


def test_it_goes_on_from_what_another_has_learnt():
    from training.models import build_compact, take_weights

    first = small()
    model = build_compact(widths=first.widths, blocks=first.blocks, side=48)
    take_weights(model, TEACHER)
    found = load_artefact(TEACHER)
    keras = load_classifier(found, "keras")
    faces = FACES.images[:5]

    heads = model(to_model_input(faces), training=False)

    untempered = keras.classify(faces) ** found.temperature
    expected = untempered / untempered.sum(axis=1, keepdims=True)
    for scores in heads.values():
        assert np.asarray(scores) == pytest.approx(expected, abs=1e-3)


def test_weights_of_another_shape_are_refused(data, command, tmp_path):
    given = {"--first-weights": TEACHER, "--run": tmp_path / "run"}

    with pytest.raises(SystemExit, match="take the weights of one of the same shape"):
        command("train", "small", **data, **given)

    assert recipe_of(tmp_path / "run").first_weights == load_artefact(TEACHER).hash
    assert not (tmp_path / "run" / "checkpoints").exists()


def test_a_stopped_run_ends_with_the_same_weights_and_asks_its_teacher_once(
    tmp_path, monkeypatch
):
    from training.train import compiled_model

    def end(run):
        model = compiled_model(QUICK, steps_per_epoch=5)
        assert checkpoints.restore(model, run / "checkpoints") == QUICK.epochs
        return values_of(model)

    learn(tmp_path / "whole")
    stopped(monkeypatch, lambda: learn(tmp_path / "stopped"), after=1)
    learn(tmp_path / "stopped", teacher=tmp_path / "gone")

    for ours, theirs in zip(
        end(tmp_path / "stopped"), end(tmp_path / "whole"), strict=True
    ):
        assert ours == pytest.approx(theirs, abs=1e-5)


def test_an_export_asks_for_the_people_that_it_learnt_from(data, command, tmp_path):
    run = tmp_path / "run"
    learn(run)
    del data["--people"]

    with pytest.raises(SystemExit, match="give them with --people"):
        command("export", **data, **{"--run": run, "--artefact": tmp_path / "made"})
    assert not (tmp_path / "made").exists()
