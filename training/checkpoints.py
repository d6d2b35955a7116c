"""Checkpoints of a run: written whole or not at all, the last two kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

if TYPE_CHECKING:
    import keras

KEPT = 2


@dataclass(frozen=True, slots=True)
class Memory:
    """What a run remembers beside its network and optimizer."""

    notes: dict[str, Any]
    best: Sequence[np.ndarray]  # weights of the best epoch so far


def save(
    model: "keras.Model",
    folder: Path,
    *,
    epochs_done: int,
    memory: Memory | None = None,
) -> None:
    """Store weights, optimizer and averages under a name that only whole files get."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / "unfinished.weights.h5"
    model.save_weights(unfinished, overwrite=True)
    if memory is not None:
        with h5py.File(unfinished, "r+") as file:
            file.attrs["notes"] = json.dumps(memory.notes)
            for number, values in enumerate(memory.best):
                file[f"best/{number:04}"] = values
    unfinished.replace(_path(folder, epochs_done))
    for old in _newest_first(folder)[KEPT:]:
        old.unlink()


def restore(model: "keras.Model", folder: Path) -> int:
    """Load the newest readable checkpoint into a compiled model.

    Returns:
        Epochs done so far; 0 where there is no checkpoint.
    """
    import keras  # noqa: PLC0415 -- slow, and the rest only asks the model

    model.optimizer.build(model.trainable_variables)
    variables = [*model.variables, *model.optimizer.variables]
    fresh = [keras.ops.convert_to_numpy(each) for each in variables]
    for path in _newest_first(folder):
        try:
            model.load_weights(path)
        except (OSError, KeyError, ValueError, RuntimeError) as error:
            print(f"Skipped the unreadable checkpoint {path}: {error}")
            continue
        return int(path.name.split(".")[0].removeprefix("epoch-"))
    for variable, value in zip(variables, fresh, strict=True):
        variable.assign(value)  # a broken file may have been read in part
    return 0


def remembered(folder: Path, *, epochs_done: int) -> Memory:
    """Read what was stored beside the weights after that epoch."""
    with h5py.File(_path(folder, epochs_done)) as file:
        best = [np.array(values) for _, values in sorted(file["best"].items())]
        return Memory(json.loads(file.attrs["notes"]), best)


def _path(folder: Path, epochs_done: int) -> Path:
    return folder / f"epoch-{epochs_done:04}.weights.h5"


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("epoch-*.weights.h5"), reverse=True)
