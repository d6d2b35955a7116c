"""A last layer is learnt again; the features stay as they were."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from inference.artefact import load_artefact, load_calibration
from inference.classification import load_classifier, to_model_input
from inference.engine import load_engine
from inference.engine_config import EngineConfig
from tests.training.small import (
    people_faces,
    small_faces,
    write_npz,
    write_people,
    write_votes,
)
from tests.training.whole_frames import make_quick
from training.__main__ import main
from training.data import split_training
from training.recipe import VinnetRecipe, small

pytestmark = pytest.mark.long

FACES = small_faces(per_label=60, tests_per_label=6)
VOTES = np.eye(7)[FACES.labels] * 10
PEOPLE = people_faces(per_label=24, seed=1)
SIZES = {"widths": (8, 16), "blocks": (1, 1)}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Data, and in `base` a network that learnt nothing, as an artefact."""
    import keras

    from training.artefact_writer import Judged, write_artefact
    from training.models import build_compact, build_serving
    from training.recipe import Recipe

    folder = tmp_path_factory.mktemp("refit")
    write_npz(FACES, folder / "fer.npz")
    write_votes(VOTES, folder / "votes.csv")
    write_people(PEOPLE, folder / "people.npz")
    keras.utils.set_random_seed(0)
    keras.config.set_dtype_policy("float32")
    model = build_compact(**SIZES)
    for _ in range(5):
        model(to_model_input(FACES.images), training=True)
    some = Judged(small_faces(per_label=4), None, None)
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch)
        write_artefact(
            build_serving(model.get_weights(), **SIZES, votes_share=0.5),
            folder / "base",
            recipe=Recipe(),
            examples=FACES.images[:50],
            held_out=some,
            judged=some,
            models_dir=folder,
        )
    return folder


def refit(place, base, made, *, people="people.npz", more=()):
    """Call the command in a folder of data."""
    options = ["--data", "fer.npz", "--votes", "votes.csv", "--people", people]
    with pytest.MonkeyPatch.context() as patch:
        make_quick(patch)
        patch.chdir(place)
        words = ["training", "refit", base, *options, *more, "--artefact", made]
        patch.setattr("sys.argv", [str(word) for word in words])
        main()


@pytest.fixture(scope="module")
def made(place):
    """The base, refitted in its own place, which a copy of it was."""
    folder = shutil.copytree(place / "base", place / "made")
    refit(place, folder, folder)
    return folder


def weights_of(folder):
    import keras

    network = keras.saving.load_model(folder / "emotion.keras", compile=False)
    *below, kernel, bias = network.get_weights()
    return np.concatenate([each.ravel() for each in below]), kernel, bias


def test_the_last_layer_learns_and_the_features_stay(place, made):
    before, after = weights_of(place / "base"), weights_of(made)
    assert np.array_equal(before[0], after[0])
    assert not np.allclose(before[1], after[1], atol=1e-3)
    right = {}
    for folder in (place / "base", made):
        classifier = load_classifier(load_artefact(folder), "keras")
        test = FACES.rows(FACES.is_test)
        read = classifier.classify(test.images).argmax(axis=1)
        right[folder.name] = (read == test.labels).mean()
    assert right["made"] > 0.6 > right["base"] + 0.2


def test_what_it_makes_is_an_artefact_that_serves(made, quick):
    engine = load_engine(EngineConfig(artefact=str(made)))  # proves the golden face

    assert engine is not None
    assert load_calibration(made).offsets.shape == (3, 7, 7)  # votes, label, people
    assert not list(made.parent.glob(".*unfinished"))


def test_the_card_tells_what_it_learnt_from_and_what_every_judge_says(made):
    judges = load_artefact(made).metrics["judges"]
    card = (made / "MODEL_CARD.md").read_text()

    assert judges["people"]["right"]["faces"] == len(PEOPLE.check)
    assert "from photographs of people by one rater's" in " ".join(card.split())
    assert "| photographs of people: their rater | " in card


def test_a_changed_base_is_refused_and_nothing_is_written(place, tmp_path):
    base = shutil.copytree(place / "base", tmp_path / "base")
    (base / "emotion.keras").write_bytes(b"something else")

    with pytest.raises(SystemExit, match=r"emotion\.keras is not the file"):
        refit(place, base, tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_people_to_check_alone_teach_nothing(place, tmp_path):
    people = write_people(PEOPLE.check, tmp_path / "only.npz")

    with pytest.raises(SystemExit, match="0 of people; give whole data sets"):
        refit(place, place / "base", tmp_path / "made", people=people)
    assert not (tmp_path / "made").exists()


def test_the_run_of_the_features_says_who_is_held_out(place, tmp_path, monkeypatch):
    from training.refit import _part

    run = tmp_path / "run"
    run.mkdir()
    features = replace(small(seed=3), held_out=0.3, people_held_out=0.5)
    features.keep_in(run)
    parts = []
    monkeypatch.setattr(
        "training.refit._part", lambda *rest: parts.append(_part(*rest)) or parts[-1]
    )

    refit(place, place / "base", tmp_path / "made", more=("--run", run))

    learning, held_out = parts
    split = split_training(FACES, share=0.3, seed=3)
    learnt, held = PEOPLE.split_learning(share=0.5, seed=3)
    assert np.array_equal(learning.faces.images, FACES.images[split.train])
    assert np.array_equal(held_out.faces.images, FACES.images[split.held_out])
    assert np.array_equal(learning.people.person, learnt.person)
    assert np.array_equal(held_out.people.person, held.person)
    card = (tmp_path / "made" / "MODEL_CARD.md").read_text()
    assert "30% of the training part, grouped by copies, and 50% of the people" in (
        " ".join(card.split())
    )


def test_a_run_of_vinnet_gives_no_features(place, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    VinnetRecipe().keep_in(run)

    with pytest.raises(SystemExit, match="is a run of Vinnet"):
        refit(place, place / "base", tmp_path / "made", more=("--run", run))
