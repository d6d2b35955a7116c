"""Turn a run's weights into an artefact folder that `inference/` loads."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from inference.labels import EMOTIONS
from training import checkpoints, vinnet
from training.artefact_writer import Judged, require_converter, write_artefact
from training.batches import epoch_batches
from training.data import DataRefused, Faces, split_training
from training.models import build_compact, build_serving
from training.people import PeopleFaces
from training.recipe import Recipe, VinnetRecipe, recipe_of
from training.train import averaged, compiled_model, predict
from training.training_set import TrainingSet, training_set_of

EXAMPLES = 400  # faces that set the ranges of the integer network


def export(
    faces: Faces,
    votes: np.ndarray | None,
    people: PeopleFaces | None,
    run: Path,
    folder: Path,
    *,
    models_dir: Path,
) -> None:
    """Write the artefact of a finished run, whole or not at all.

    Args:
        faces: The data set that the run learnt from.
        votes: The FER+ votes that it learnt from, if any.
        people: Photographs of people to measure on, if any; needed if it learnt from
            such.
        run: Folder of the run.
        folder: The artefact; one of that name is replaced at the very end.
        models_dir: Where the face detector's files are.

    Raises:
        DataRefused: If the run is not finished, people are missing, or Keras runs on another backend
            than the converter's.
    """
    require_converter()
    recipe = recipe_of(run)
    split = split_training(faces, share=recipe.held_out, seed=recipe.seed)
    if isinstance(recipe, VinnetRecipe):
        network, also = vinnet.serving_network(recipe, run), {}
    else:
        training_set = training_set_of(recipe, faces, votes, people, split)
        weights = _finished_weights(recipe, run, training_set)
        network = serving_network(recipe, weights)
        also = {"fer2013_head": _of_fer2013_head(recipe, weights, faces)}
    held_out = Judged(
        faces.rows(split.held_out),
        None if votes is None else votes[split.held_out],
        _held_out(people, recipe),
    )
    write_artefact(
        network,
        folder,
        recipe=recipe,
        examples=faces.images[split.train[:EXAMPLES]],
        held_out=held_out,
        judged=Judged(faces, votes, people),
        models_dir=models_dir,
        also=also,
    )


def _held_out(
    people: PeopleFaces | None, recipe: Recipe | VinnetRecipe
) -> PeopleFaces | None:
    """People that a run which learns from such has not learnt from."""
    if people is None or isinstance(recipe, VinnetRecipe) or recipe.people == 0:
        return None
    _, held = people.split_learning(share=recipe.people_held_out, seed=recipe.seed)
    return held


def serving_network(recipe: Recipe, weights: list[np.ndarray]) -> keras.Model:
    """A run's averaged weights as one float32 network with one output.

    Disgust has more of its score: hardly any of the faces that taught the network show
    it, so it would be named too seldom (logit adjustment, Menon et al. 2021).
    """
    network = build_serving(
        weights,
        widths=recipe.widths,
        blocks=recipe.blocks,
        votes_share=recipe.votes_share,
    )
    scores = network.get_layer("scores")
    kernel, bias = scores.get_weights()
    bias[EMOTIONS.index("disgust")] += recipe.disgust
    scores.set_weights([kernel, bias])
    return network


def _finished_weights(
    recipe: Recipe, run: Path, training_set: TrainingSet
) -> list[np.ndarray]:
    """Load a run's averaged weights.

    Raises:
        DataRefused: If the run has not come to its end.
    """
    exact = replace(recipe, precision="float32")
    model = compiled_model(exact, training_set.steps(exact))
    done = checkpoints.restore(model, run / "checkpoints")
    if done < recipe.epochs:
        raise DataRefused(
            f"{run} was stopped after {done} of {recipe.epochs} epochs; "
            "call train again to finish it."
        )
    with averaged(model):
        _refresh_norms(model, training_set, exact)
        weights: list[np.ndarray] = model.get_weights()
    return weights


def _of_fer2013_head(recipe: Recipe, weights: list[np.ndarray], faces: Faces) -> float:
    """The share of the test images that FER2013's head alone labels as FER2013 does."""
    alone = build_compact(widths=recipe.widths, blocks=recipe.blocks)
    alone.set_weights(weights)
    test = faces.rows(faces.is_test)
    scores, _ = predict(alone, test.images)
    return float((scores.argmax(axis=1) == test.labels).mean())


def _refresh_norms(
    model: keras.Model, training_set: TrainingSet, recipe: Recipe
) -> None:
    """Measure the norms' statistics again: they belonged to the live weights."""
    batches = epoch_batches(training_set, recipe, recipe.epochs - 1)
    for _, (images, _, _) in zip(range(100), batches, strict=False):
        model(images, training=True)
