"""What a network learns from: faces, and for each head an answer and its weight."""

from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from inference.artefact import load_artefact
from inference.classification import load_classifier
from inference.labels import EMOTIONS
from training.data import DataRefused, Faces, Split
from training.evaluate import all_scores
from training.head import favour_rare
from training.people import PeopleFaces
from training.recipe import Recipe
from training.votes import vote_targets

TEACHER_FILE = "teacher.npy"  # in a run's folder: a teacher's scores of its faces


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """The faces to learn from, with both kinds of answers."""

    images: np.ndarray  # uint8 (N, 48, 48)
    labels: np.ndarray  # float32 (N, 7), one-hot
    label_weights: np.ndarray  # float32 (N,), 0 where FER2013 has no label
    shares: np.ndarray  # float32 (N, 7), of the FER+ votes, or one rater's label
    share_weights: np.ndarray  # float32 (N,), 0 where votes are missing

    def __len__(self) -> int:
        return len(self.images)

    def steps(self, recipe: Recipe) -> int:
        """Whole batches in an epoch; the few faces left over change every epoch."""
        return len(self) // recipe.batch


def training_set_of(
    recipe: Recipe,
    faces: Faces,
    votes: np.ndarray | None,
    people: PeopleFaces | None,
    split: Split,
) -> TrainingSet:
    """Gather the faces that a run learns from, without its teacher's opinion.

    Args:
        recipe: Decides what photographs of people count, and rare labels.
        faces: A whole data set.
        votes: Shape (N, 7), FER+ votes per face, or None to learn without them.
        people: Photographs of people; their check part is not learnt from.
        split: Of the faces.

    Raises:
        DataRefused: If the recipe learns from people and there are none.
    """
    training_set = _of_fer(faces, votes, split.train)
    if recipe.people > 0:
        training_set = _joined(training_set, _of_people(recipe, people))
    return _balanced(training_set, recipe.balance)


def taught(
    training_set: TrainingSet, recipe: Recipe, teacher: Path | None, run: Path
) -> TrainingSet:
    """Let a teacher have its share of the answers that are shares of votes.

    Its scores are kept in the run's folder, so that a run that continues spares the
    minutes that they take, and learns the same.

    Raises:
        ArtefactRefused: If the teacher is no artefact that may be served.
        DataRefused: If the recipe has a teacher and none is given.
    """
    if recipe.teacher == 0:
        return training_set
    if teacher is None:
        raise DataRefused(
            "The run learns from a teacher; name its artefact with --teacher."
        )
    kept = run / TEACHER_FILE
    if not kept.exists():
        unfinished = kept.with_suffix(".part.npy")
        np.save(unfinished, _teacher_scores(teacher, training_set.images))
        unfinished.replace(kept)
    scores = np.load(kept)
    shares = (1 - recipe.teacher) * training_set.shares + recipe.teacher * scores
    return replace(training_set, shares=shares.astype(np.float32))


def _teacher_scores(artefact: Path, images: np.ndarray) -> np.ndarray:
    """The mean of a teacher's scores (N, 7) of faces and of their mirror images."""
    found = load_artefact(artefact)
    classifier = load_classifier(found, found.default)
    views = (images, np.ascontiguousarray(images[:, :, ::-1]))
    mean: np.ndarray = np.mean([all_scores(classifier, view) for view in views], axis=0)
    return mean.astype(np.float32)


def _of_fer(faces: Faces, votes: np.ndarray | None, rows: np.ndarray) -> TrainingSet:
    if votes is None:
        votes = np.zeros((len(faces), len(EMOTIONS)), np.float32)
    shares, weights = vote_targets(votes[rows])
    labels = _one_hot(faces.labels[rows])
    return TrainingSet(
        faces.images[rows], labels, np.ones(len(rows), np.float32), shares, weights
    )


def _of_people(recipe: Recipe, people: PeopleFaces | None) -> TrainingSet:
    """One rater errs, so the label has not the whole of the answer."""
    if people is None:
        raise DataRefused(
            "The run learns from photographs of people; give them with --people."
        )
    learnt, _ = people.split_learning(share=recipe.people_held_out, seed=recipe.seed)
    labels = _one_hot(learnt.labels)
    doubt = recipe.label_smoothing
    return TrainingSet(
        learnt.crops,
        labels,
        np.zeros(len(learnt), np.float32),
        (1 - doubt) * labels + np.float32(doubt / len(EMOTIONS)),
        np.full(len(learnt), recipe.people, np.float32),
    )


def _joined(ours: TrainingSet, theirs: TrainingSet) -> TrainingSet:
    return TrainingSet(
        *(
            np.concatenate([getattr(ours, each.name), getattr(theirs, each.name)])
            for each in fields(TrainingSet)
        )
    )


def _balanced(training_set: TrainingSet, balance: float) -> TrainingSet:
    """Give faces of rare answers more weight, by each head's own counts."""
    if balance == 0:
        return training_set
    return replace(
        training_set,
        label_weights=_favoured(
            training_set.labels, training_set.label_weights, balance
        ),
        share_weights=_favoured(
            training_set.shares, training_set.share_weights, balance
        ),
    )


def _favoured(answers: np.ndarray, weights: np.ndarray, balance: float) -> np.ndarray:
    if not weights.any():
        return weights
    favour = favour_rare(weights @ answers, balance)
    return np.asarray(weights * (answers @ favour), np.float32)


def _one_hot(labels: np.ndarray) -> np.ndarray:
    return np.asarray(np.eye(len(EMOTIONS), dtype=np.float32)[labels])
