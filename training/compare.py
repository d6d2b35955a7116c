"""Artefacts side by side: how right, how large, how fast."""

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from inference.artefact import load_artefact
from inference.classification import load_classifier
from training.data import PRIVATE, Faces
from training.evaluate import all_scores, ms_per_face
from training.figures import accuracy

COLUMNS = (
    "artefact",
    "form",
    "test",
    "private",
    "parameters",
    "multiply-adds",
    "bytes",
    "ms, one face",
    "ms a face, 32 at once",
)


def compare(folders: Sequence[Path], faces: Faces) -> str:
    """A table, one row for each form of each artefact.

    Times are of one thread and of this machine in this minute: compare rows, and
    only on a machine that does nothing else.
    """
    rows = [row for folder in folders for row in _rows(folder, faces)]
    lines = [COLUMNS, ("---",) * len(COLUMNS), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _rows(folder: Path, faces: Faces) -> list[tuple[object, ...]]:
    artefact = load_artefact(folder)
    test, private = faces.is_test, faces.usage == PRIVATE
    network = (
        keras.saving.load_model(artefact.files["keras"], compile=False)
        if "keras" in artefact.files
        else None
    )
    rows: list[tuple[object, ...]] = []
    for form, path in artefact.files.items():
        classifier = load_classifier(artefact, form)
        scores = all_scores(classifier, faces.images[test])
        few = faces.images[private][:128]
        rows.append(
            (
                artefact.name,
                form,
                f"{accuracy(scores, faces.labels[test]):.2%}",
                f"{accuracy(scores[private[test]], faces.labels[private]):.2%}",
                f"{network.count_params():,}" if network else "",
                f"{multiply_adds(network):,}" if network else "",
                f"{path.stat().st_size:,}",
                f"{ms_per_face(classifier, few):.2f}",
                f"{ms_per_face(classifier, few, at_once=32):.2f}",
            )
        )
    return rows


def multiply_adds(network: keras.Model) -> int:
    """Multiply-adds of one pass through the convolutions and dense layers."""
    total = 0
    for layer in network.layers:
        if isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D):
            _, height, width, _ = layer.output.shape
            # A depthwise kernel is (3, 3, C, 1): it counts the same way.
            total += height * width * int(np.prod(layer.kernel.shape))
        elif isinstance(layer, keras.layers.Dense):
            total += int(np.prod(layer.kernel.shape))
    return total
