"""Learn the last layer of a network again; keep its features.

The features of a network cost hours to learn, its last layer seconds. What the layer
learns from decides which of the possible answers it gives: FER2013's label calls many
calm people angry or sad, FER+'s voters and the raters of photographs do not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import keras
import numpy as np

from inference.artefact import load_artefact
from inference.labels import EMOTIONS
from training.artefact_writer import Judged, require_converter, write_artefact
from training.data import DataRefused, Faces, split_training
from training.head import Examples, Head, features_of, fit_head, with_head
from training.judges import judge
from training.people import PeopleFaces
from training.recipe import RefitRecipe
from training.votes import majority, vote_targets

LABEL_WEIGHTS = (0.0, 0.25, 0.5)  # of FER2013's label, tried; the votes have the rest
PEOPLE_WEIGHTS = (1.0, 2.0)  # tried
BALANCES = (0.0, 0.15, 0.3)  # tried
EXAMPLES = 400  # faces that set the ranges of the integer network


@dataclass(frozen=True, slots=True)
class _Part:
    """The features of faces to learn from, or of those held out."""

    faces: Faces
    votes: np.ndarray
    people: PeopleFaces
    fer_features: np.ndarray
    people_features: np.ndarray


def refit(
    base: Path,
    faces: Faces,
    votes: np.ndarray,
    people: PeopleFaces,
    folder: Path,
    recipe: RefitRecipe,
    *,
    models_dir: Path,
) -> None:
    """Write an artefact with the features of another and a last layer of its own.

    Args:
        base: Folder of the artefact that gives the features.
        faces: The data set that it learnt from.
        votes: Shape (N, 7), the FER+ votes of these faces.
        people: Photographs of people; nothing is learnt from their check part.
        folder: The artefact to write; may be `base`.
        recipe: What is not tried out, and what the features learnt from.
        models_dir: Where the face detector's files are.

    Raises:
        ArtefactRefused: If the base is none that may be served.
        DataRefused: If it is no network of this kind, or the data does not suffice.
    """
    require_converter()
    network = _network(base)
    seed, features = recipe.features.seed, recipe.features
    split = split_training(faces, share=features.held_out, seed=seed)
    learnt, held = people.split_learning(share=features.people_held_out, seed=seed)
    learning = _part(network, faces, votes, split.train, learnt)
    held_out = _part(network, faces, votes, split.held_out, held)
    chosen, head = _choose(learning, held_out, recipe)
    write_artefact(
        with_head(network, head),
        folder,
        recipe=chosen,
        examples=learning.faces.images[:EXAMPLES],
        held_out=Judged(held_out.faces, held_out.votes, held),
        judged=Judged(faces, votes, people),
        models_dir=models_dir,
    )


def _network(base: Path) -> keras.Model:
    files = load_artefact(base).files
    if "keras" not in files:
        raise DataRefused(
            f"{base} has no Keras network, whose features could be kept; "
            "give an artefact that `export` wrote."
        )
    return keras.saving.load_model(files["keras"], compile=False)


def _part(
    network: keras.Model,
    faces: Faces,
    votes: np.ndarray,
    rows: np.ndarray,
    people: PeopleFaces,
) -> _Part:
    if len(people) == 0 or len(rows) == 0:
        raise DataRefused(
            f"Expected faces to learn from and to hold out, received {len(rows)} of "
            f"FER2013 and {len(people)} of people; give whole data sets."
        )
    chosen = faces.rows(rows)
    return _Part(
        chosen,
        votes[rows],
        people,
        features_of(network, chosen.images),
        features_of(network, people.crops),
    )


def _choose(
    learning: _Part, held_out: _Part, recipe: RefitRecipe
) -> tuple[RefitRecipe, Head]:
    """Try what the recipe leaves open; keep what scores best on the held-out faces."""
    tried = []
    for each in _recipes(recipe):
        head = _learn(learning, each)
        score = score_of(head, held_out)
        print(
            f"label {each.label}  people {each.people}  balance {each.balance}  "
            f"score {score:.4f}",
            flush=True,
        )
        tried.append((score, each, head))
    _, chosen, head = max(tried, key=lambda one: one[0])
    return chosen, head


def _recipes(recipe: RefitRecipe) -> Iterator[RefitRecipe]:
    for label, people, balance in product(LABEL_WEIGHTS, PEOPLE_WEIGHTS, BALANCES):
        yield replace(
            recipe, label=label, votes=1 - label, people=people, balance=balance
        )


def _learn(part: _Part, recipe: RefitRecipe) -> Head:
    single = np.eye(len(EMOTIONS))[part.faces.labels]
    shares, known = vote_targets(part.votes)
    voted = np.where(known[:, np.newaxis] > 0, shares, single)
    rated = np.eye(len(EMOTIONS))[part.people.labels]
    sources = [
        Examples(part.fer_features, single, recipe.label),
        Examples(part.fer_features, voted, recipe.votes),
        Examples(part.people_features, rated, recipe.people),
    ]
    return fit_head(
        [each for each in sources if each.weight > 0],
        strength=recipe.strength,
        balance=recipe.balance,
    )


def score_of(head: Head, held_out: _Part) -> float:
    """How good a last layer is, by all judges; the higher, the better.

    The mean of: right by FER+'s majority, mean recall of the labels by it; on
    photographs of people, three groups right, recall of neutral, recall of happy; and
    with half the weight right by FER2013's label, which is one rater's.
    """
    fer = head.scores(held_out.fer_features)
    known, label = majority(held_out.votes)
    voters = judge(fer[known], label[known])
    people = judge(head.scores(held_out.people_features), held_out.people.labels)
    one_rater = judge(fer, held_out.faces.labels)
    parts = [
        voters["right"]["share"],
        voters["macro_recall"],
        people["three_groups"]["share"],
        people["recall"]["neutral"]["share"],
        people["recall"]["happy"]["share"],
        0.5 * one_rater["right"]["share"],
    ]
    return float(np.nansum(parts) / (len(parts) - 0.5))
