"""A small data set for tests: seven drawn patterns that a network can tell apart."""

import csv

import cv2
import numpy as np

from inference.labels import EMOTIONS
from training.data import PRIVATE, PUBLIC, TRAINING, Faces
from training.people import PeopleFaces

USAGE_NAMES = ("Training", "PublicTest", "PrivateTest")


def small_faces(*, per_label=12, tests_per_label=4, seed=0):
    """Distinct noisy pictures, a bar whose angle depends on the label."""
    random = np.random.default_rng(seed)
    count = per_label + tests_per_label
    labels = np.tile(np.arange(len(EMOTIONS), dtype=np.uint8), count)
    images = np.stack([_picture(label, random) for label in labels])
    usage = np.full(len(labels), TRAINING, np.uint8)
    usage[per_label * len(EMOTIONS) :] = PRIVATE
    usage[-len(EMOTIONS) :] = PUBLIC
    return Faces(images, labels, usage)


def _picture(label, random):
    angle = np.pi * label / len(EMOTIONS)
    step = np.array([np.cos(angle), np.sin(angle)]) * 18
    image = np.full((48, 48), 60, np.uint8)
    ends = [tuple(int(v) for v in 24 + sign * step) for sign in (-1, 1)]
    cv2.line(image, *ends, color=220, thickness=6)
    noise = random.normal(0, 12, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def write_csv(faces, path, *, header=("emotion", "pixels", "Usage")):
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for image, label, usage in zip(
            faces.images, faces.labels, faces.usage, strict=True
        ):
            values = {
                "emotion": label,
                "pixels": " ".join(map(str, image.ravel())),
                "Usage": USAGE_NAMES[usage],
            }
            writer.writerow([values[name.strip()] for name in header])
    return path


def write_folders(faces, path):
    for number, (image, label, usage) in enumerate(
        zip(faces.images, faces.labels, faces.usage, strict=True)
    ):
        part = "train" if usage == TRAINING else "test"
        folder = path / part / EMOTIONS[label]
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{USAGE_NAMES[usage]}_{number:05}.png"
        cv2.imwrite(str(folder / name), image)
    return path


def write_npz(faces, path):
    np.savez(path, images=faces.images, labels=faces.labels, usage=faces.usage)
    return path


def write_votes(votes, path):
    """Write votes (N, 7) as FER+ does, in its own order of columns."""
    ours = {"happiness": 3, "surprise": 5, "sadness": 4, "anger": 0}
    columns = {"neutral": 6, **ours, "disgust": 1, "fear": 2}
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Usage", "Image name", *columns, "contempt", "unknown", "NF"])
        for row in votes.astype(int):
            writer.writerow(["", "", *(row[n] for n in columns.values()), 0, 0, 0])
    return path


def people_faces(*, per_label=8, seed=0):
    """Pictures as of people, two of each person, three persons in four to learn from."""
    faces = small_faces(per_label=per_label, tests_per_label=0, seed=seed)
    large = np.stack([cv2.resize(image, (64, 64)) for image in faces.images])
    person = np.arange(len(faces)) // 2
    part = (person % 4 == 3).astype(np.uint8)
    return PeopleFaces(large, faces.labels, part, person)


def write_people(people, path):
    np.savez(
        path,
        images=people.images,
        labels=people.labels,
        part=people.part,
        person=people.person,
    )
    return path
