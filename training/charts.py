"""Charts as PNG, for reports: arrays in, bytes out."""

import io
from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from inference.labels import EMOTIONS
from training.data import DataRefused, Faces, csv_rows
from training.figures import reliability

matplotlib.use("Agg")


def confusion_chart(matrix: np.ndarray) -> bytes:
    """Shares of each true label (row) that were read as each label (column)."""
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(6, 5), layout="constrained")
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(EMOTIONS)), EMOTIONS, rotation=45, ha="right")
    axes.set_yticks(range(len(EMOTIONS)), EMOTIONS)
    axes.set(xlabel="read as", ylabel="labelled")
    for (row, column), share in np.ndenumerate(shares):
        colour = "white" if share > 0.5 else "black"
        axes.text(column, row, f"{share:.0%}", ha="center", va="center", color=colour)
    return _png(figure)


def reliability_chart(scores: np.ndarray, labels: np.ndarray) -> bytes:
    """How often the network was right against how sure it was."""
    share, sure, right = reliability(scores, labels).T
    figure = Figure(figsize=(5, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.plot((0, 1), (0, 1), "--", color="grey", label="perfectly calibrated")
    axes.scatter(sure[share > 0], right[share > 0], s=900 * share[share > 0] + 10)
    axes.set(xlabel="highest score", ylabel="share right", xlim=(0, 1), ylim=(0, 1))
    axes.legend()
    return _png(figure)


def course_chart(log: Path) -> bytes:
    """Loss and accuracy against epochs, from a run's `log.csv`.

    Raises:
        DataRefused: If it holds no epoch.
    """
    with csv_rows(log) as reader:
        rows = list(reader)
    if not rows:
        raise DataRefused(f"{log} has no epoch yet; train on, then ask again.")
    measured = "val" if "val_loss" in rows[0] else "held_out"  # Keras' own name
    figure = Figure(figsize=(9, 3.5), layout="constrained")
    for axes, name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        epochs = [int(row["epoch"]) for row in rows]
        axes.plot(epochs, [float(row[name]) for row in rows], label="learnt faces")
        held_out = [float(row[f"{measured}_{name}"]) for row in rows]
        axes.plot(epochs, held_out, label="held-out faces")
        axes.set(xlabel="epoch", ylabel=name)
        axes.legend()
    return _png(figure)


def mood_chart(errors: dict[str, dict[str, float]], prior: str) -> bytes:
    """Mood error against class size for every estimator."""
    chosen = {int(k.split("_")[1]): v for k, v in errors.items() if k.startswith(prior)}
    figure = Figure(figsize=(5, 3.5), layout="constrained")
    axes = figure.subplots()
    for name in next(iter(chosen.values())):
        axes.plot(
            list(chosen), [row[name] for row in chosen.values()], "o-", label=name
        )
    axes.set_xscale("log")
    axes.set_xticks(list(chosen), [str(size) for size in chosen])
    axes.set(xlabel="students", ylabel="error of the shares", title=prior)
    axes.set_ylim(bottom=0)
    axes.legend()
    return _png(figure)


def face_sheet(
    images: np.ndarray, captions: Sequence[str], *, columns: int = 8
) -> bytes:
    """Faces with a caption each, in rows."""
    rows = max(1, -(-len(images) // columns))
    figure = Figure(figsize=(1.5 * columns, 1.8 * rows), layout="constrained")
    for axes in np.ravel(figure.subplots(rows, columns, squeeze=False)):
        axes.axis("off")
    for axes, image, caption in zip(figure.axes, images, captions, strict=False):
        axes.imshow(image, cmap="gray", vmin=0, vmax=255)
        axes.set_title(caption, fontsize=7)
    return _png(figure)


def distribution_chart(faces: Faces) -> bytes:
    """Faces of each label in each part of the data set."""
    parts = ("Training", "PublicTest", "PrivateTest")
    figure = Figure(figsize=(8, 3.5), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(EMOTIONS))
    for number, name in enumerate(parts):
        labels = faces.labels[faces.usage == number]
        counts = np.bincount(labels, minlength=len(EMOTIONS))
        axes.bar(places + 0.27 * (number - 1), counts, 0.27, label=name)
    axes.set_xticks(places, EMOTIONS)
    axes.set_ylabel("faces")
    axes.legend()
    return _png(figure)


def annotated(image: np.ndarray, lines: Sequence[str], box: Sequence[float]) -> bytes:
    """A colour picture (RGB) with a box and lines of text beside it, as PNG."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    axes.imshow(image)
    left, top, right, bottom = box
    outline = matplotlib.patches.Rectangle(
        (left, top), right - left, bottom - top, fill=False, color="yellow"
    )
    axes.add_patch(outline)
    axes.text(1.02, 0.98, "\n".join(lines), transform=axes.transAxes, va="top")
    axes.axis("off")
    return _png(figure)


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    return buffer.getvalue()
