"""Options that several commands have, and the data that they name."""

import argparse
from pathlib import Path

import numpy as np

from inference.engine_config import EngineConfig
from training.data import OFFICIAL_FACES, DataRefused, Faces, remark
from training.loading import load_faces
from training.people import PeopleFaces, load_people
from training.sources import Form, find_source
from training.votes import load_votes


def add_data(command: argparse.ArgumentParser, *, needs_votes: bool = False) -> None:
    command.add_argument(
        "--data", type=Path, required=True, help="FER2013: .npz, .csv or class folders"
    )
    command.add_argument(
        "--votes", type=Path, required=needs_votes, help="FER+ votes, fer2013new.csv"
    )


def add_people(command: argparse.ArgumentParser, *, needed: bool = False) -> None:
    command.add_argument(
        "--people",
        type=Path,
        required=needed,
        help="photographs of people: .npz of images, labels, part and person",
    )


def add_models(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--models",
        type=Path,
        default=EngineConfig().models_dir,
        help="folder of the face detector's files",
    )


def read_data(arguments: argparse.Namespace) -> tuple[Faces, np.ndarray | None]:
    if arguments.votes and find_source(arguments.data)[0] is Form.FOLDERS:
        raise DataRefused(
            f"{arguments.votes} is joined by FER2013's official row order, which the "
            f"class folders in {arguments.data} do not keep; give the .npz or .csv."
        )
    faces = load_faces(arguments.data)
    if len(faces) != OFFICIAL_FACES:
        remark(
            f"{arguments.data} has {len(faces):,} faces, the whole of FER2013 "
            f"{OFFICIAL_FACES:,}; if it was cut off, download it again."
        )
    if not arguments.votes:
        return faces, None
    votes = load_votes(arguments.votes, rows=len(faces))
    return faces.without(votes.no_face), votes.counts


def read_people(arguments: argparse.Namespace) -> PeopleFaces | None:
    return load_people(arguments.people) if arguments.people else None
