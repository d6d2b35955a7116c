"""What decides a training run; kept beside its checkpoints."""

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

from training.augment import Augmentation
from training.data import DataRefused

FILE = "recipe.json"
BFLOAT16 = "mixed_bfloat16"  # half the work where the processor knows it


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that a run of the compact or small network depends on, beside the data.

    As it stands it is the compact network's; `small` gives the other.
    """

    epochs: int = 64
    seed: int = 0
    batch: int = 128
    held_out: float = 0.07  # share of the training rows kept for measurement
    widths: tuple[int, ...] = (32, 48, 128, 256)
    blocks: tuple[int, ...] = (0, 1, 1, 2)
    # Small pictures first, which is much faster: (share of the run, side in pixels).
    sides: tuple[tuple[float, int], ...] = ((0.4, 32), (0.72, 40), (1.0, 48))
    peak_rate: float = 2.5e-3
    warm_up: float = 0.15  # share of the steps until the peak
    weight_decay: float = 0.05
    label_smoothing: float = 0.1
    labels_weight: float = 1.0  # of the loss of FER2013's head
    votes_weight: float = 0.5  # of the loss of the FER+ head
    votes_share: float = 0.1  # of the FER+ head in what `export` writes
    disgust: float = 0.0  # what `export` adds to its logit
    people: float = 0.0  # weight of a photograph's face in the FER+ head's loss
    people_held_out: float = 0.25  # share of the people to learn from
    teacher: float = 0.0  # share of a teacher's scores in the FER+ head's answers
    label_teacher: float = 0.0  # share of another one's in those of FER2013's head
    balance: float = 0.0  # FER+ head: 0 counts every face alike, 1 every label
    mix: float = 0.0  # share of the batches that are mixed: mixup or CutMix
    average_momentum: float = 0.997  # of the moving average of the weights, per step
    first_weights: str = ""  # hash of the artefact that gives them; "": random
    precision: str = BFLOAT16
    augmentation: Augmentation = field(default_factory=Augmentation)

    def side_at(self, epoch: int) -> int:
        """Pixels of the faces' side in one epoch, counted from 0."""
        done = (epoch + 1) / self.epochs
        return next(side for until, side in self.sides if done <= until + 1e-9)

    def learning_from(
        self, *, people: bool, teacher: bool, label_teacher: bool
    ) -> "Recipe":
        """The recipe without what is not at hand."""
        return replace(
            self,
            people=self.people if people else 0.0,
            teacher=self.teacher if teacher else 0.0,
            label_teacher=self.label_teacher if label_teacher else 0.0,
        )

    def going_on_from(self, artefact_hash: str) -> "Recipe":
        """The recipe that goes on from a network: larger pictures, a lower rate."""
        return replace(
            self,
            first_weights=artefact_hash,
            sides=((0.3, 32), (1.0, 48)),
            peak_rate=1.2e-3,
            labels_weight=1.0,
            balance=0.5,
        )

    def keep_in(self, run: Path) -> None:
        """Write the recipe beside its run, or check that the run follows it.

        Raises:
            FileExistsError: If the folder holds a run of another recipe.
        """
        _keep(asdict(self), run)

    @classmethod
    def of_run(cls, run: Path) -> "Recipe":
        """Read the recipe that a run was started with."""
        stored = _stored(run)
        for name in ("widths", "blocks"):
            stored[name] = tuple(stored[name])
        stored["sides"] = tuple((until, side) for until, side in stored["sides"])
        return cls(**stored)


def small(*, seed: int = 0, epochs: int = 48, precision: str = BFLOAT16) -> Recipe:
    """The small network's recipe: less than half the work of the compact one, taught by more."""
    return Recipe(
        epochs=epochs,
        seed=seed,
        precision=precision,
        widths=(16, 32, 64, 128, 256),
        blocks=(0, 1, 1, 2, 2),
        sides=((0.5, 32), (1.0, 48)),
        labels_weight=0.3,
        votes_weight=1.0,
        votes_share=1.0,
        disgust=0.5,
        people=1.0,
        teacher=0.25,
        label_teacher=0.5,
        balance=0.25,
        mix=0.3,
    )


@dataclass(frozen=True, slots=True)
class VinnetRecipe:
    """Everything that a run of Vinnet depends on, beside data and first weights."""

    NETWORK: ClassVar[str] = "vinnet"

    epochs: int = 60  # at most: the run stops early
    seed: int = 0
    batch: int = 64
    # As in the original, also the test images' copies are learnt from, and the test
    # images decide rate, epoch and end. Its figures flatter; ours are made without.
    original_rules: bool = False
    held_out: float = 0.1  # share of the training rows that decide instead
    side: int = 72  # pixels of the network's input: what two CPU cores can afford
    alpha: float = 1.0  # MobileNetV2's width
    rate: float = 3e-4  # at the start
    precision: str = "float32"  # on CPUs faster here: see docs/training.md
    augmentation: Augmentation = field(
        default_factory=lambda: Augmentation(
            degrees=30.0,
            scale=0.0,
            shift=0.2,
            contrast=0.0,
            brightness=0.0,
            camera=0.0,
            erase=0.0,
        )
    )

    def keep_in(self, run: Path) -> None:
        """Write the recipe beside its run, or check that the run follows it.

        Raises:
            FileExistsError: If the folder holds a run of another recipe.
        """
        _keep({"network": self.NETWORK} | asdict(self), run)

    @classmethod
    def of_run(cls, run: Path) -> "VinnetRecipe":
        """Read the recipe that a run was started with."""
        stored = _stored(run)
        del stored["network"]
        return cls(**stored)


@dataclass(frozen=True, slots=True)
class RefitRecipe:
    """How the last layer of a network was learnt again; see `training.refit`.

    What the features learnt from decides what is held out here, too.
    """

    features: Recipe = field(default_factory=Recipe)
    strength: float = 0.002  # inverse of the penalty on large weights
    label: float = 0.25  # weight of a face's FER2013 label
    votes: float = 0.75  # weight of its FER+ votes
    people: float = 1.0  # weight of a face of a photograph of people
    balance: float = 0.0  # 0: every face counts alike; 1: every label


def recipe_of(run: Path) -> Recipe | VinnetRecipe:
    """Read the recipe of a run of either network.

    Raises:
        DataRefused: If the folder holds no run.
    """
    is_vinnet = _stored(run).get("network") == VinnetRecipe.NETWORK
    return VinnetRecipe.of_run(run) if is_vinnet else Recipe.of_run(run)


def _keep(recipe: dict[str, Any], run: Path) -> None:
    path = run / FILE
    text = json.dumps(recipe, indent=2)
    if not path.exists():
        path.write_text(text)
    elif json.loads(path.read_text()) != json.loads(text):
        raise FileExistsError(
            f"{path} describes another run; choose another --run folder "
            "or repeat the options of the first start."
        )


def _stored(run: Path) -> dict[str, Any]:
    path = run / FILE
    try:
        stored: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise DataRefused(
            f"{path} is no readable recipe ({error}); give the folder of a run, "
            "or train one first."
        ) from error
    stored["augmentation"] = Augmentation(**stored["augmentation"])
    return stored
