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

# In a run's folder: the scores that teachers give its faces.
TEACHER_FILE, LABEL_TEACHER_FILE = "teacher.npy", "label_teacher.npy"


@dataclass(frozen=True, slots=True)
class Teachers:
    """Folders of the artefacts that a run learns from; None where there is none."""

    votes: Path | None = None  # its scores are part of the FER+ head's answers
    labels: Path | None = None  # ... of those of FER2013's head


NO_TEACHERS = Teachers()


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
        recipe: Decides what photographs of people count, and rare answers.
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
    training_set: TrainingSet, recipe: Recipe, teachers: Teachers, run: Path
) -> TrainingSet:
    """Let teachers have their share of the answers.

    Their scores are kept in the run's folder, so that a run that continues spares the
    minutes that they take, and learns the same.

    Raises:
        ArtefactRefused: If a teacher is no artefact that may be served.
        DataRefused: If the recipe has a teacher and none is given.
    """

    def mixed(
        answers: np.ndarray, share: float, teacher: Path | None, file: str
    ) -> np.ndarray:
        if share == 0:
            return answers
        scores = _kept_scores(teacher, training_set.images, run / file)
        return ((1 - share) * answers + share * scores).astype(np.float32)

    return replace(
        training_set,
        labels=mixed(
            training_set.labels,
            recipe.label_teacher,
            teachers.labels,
            LABEL_TEACHER_FILE,
        ),
        shares=mixed(training_set.shares, recipe.teacher, teachers.votes, TEACHER_FILE),
    )


def _kept_scores(teacher: Path | None, images: np.ndarray, kept: Path) -> np.ndarray:
    if not kept.exists():
        if teacher is None:
            option = "--" + kept.stem.replace("_", "-")
            raise DataRefused(
                f"The run learns from a teacher; name its artefact with {option}."
            )
        unfinished = kept.with_suffix(".part.npy")
        np.save(unfinished, _teacher_scores(teacher, images))
        unfinished.replace(kept)
    scores: np.ndarray = np.load(kept)
    return scores


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
    """Give faces of rare answers more weight, in the FER+ head alone.

    FER2013's head is judged by how often it is right, which this would lower.
    """
    answers, weights = training_set.shares, training_set.share_weights
    if balance == 0 or not weights.any():
        return training_set
    favour = favour_rare(weights @ answers, balance)
    favoured = np.asarray(weights * (answers @ favour), np.float32)
    return replace(training_set, share_weights=favoured)


def _one_hot(labels: np.ndarray) -> np.ndarray:
    return np.asarray(np.eye(len(EMOTIONS), dtype=np.float32)[labels])
