"""Checkpoints of a run: written whole or not at all, the last two kept."""

from pathlib import Path

import keras

KEPT = 2


def save(model: keras.Model, folder: Path, *, epochs_done: int) -> None:
    """Store weights, optimizer and averages under a name that only whole files get."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / "unfinished.weights.h5"
    model.save_weights(unfinished, overwrite=True)
    unfinished.replace(folder / f"epoch-{epochs_done:04}.weights.h5")
    for old in _newest_first(folder)[KEPT:]:
        old.unlink()


def restore(model: keras.Model, folder: Path) -> int:
    """Load the newest readable checkpoint into a compiled model.

    Returns:
        Epochs done so far; 0 where there is no checkpoint.
    """
    model.optimizer.build(model.trainable_variables)
    fresh = model.get_weights()
    for path in _newest_first(folder):
        try:
            model.load_weights(path)
        except (OSError, KeyError, ValueError) as error:
            print(f"Skipped the unreadable checkpoint {path}: {error}")
            continue
        return int(path.name.split(".")[0].removeprefix("epoch-"))
    model.set_weights(fresh)  # a broken file may have been read in part
    return 0


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("epoch-*.weights.h5"), reverse=True)
