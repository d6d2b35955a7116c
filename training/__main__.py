"""The doors of the package: `python -m training COMMAND`."""

import argparse
from dataclasses import replace
from pathlib import Path

from inference.engine import EngineConfig
from training.data import load_npz
from training.recipe import Recipe
from training.votes import load_votes


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    train = commands.add_parser("train", help="train, or continue a stopped run")
    train.add_argument("network", choices=["compact"])
    train.add_argument("--data", type=Path, required=True)
    train.add_argument("--votes", type=Path, help="FER+ votes, fer2013new.csv")
    train.add_argument("--run", type=Path, required=True, help="folder of the run")
    train.add_argument("--epochs", type=int, default=Recipe().epochs)
    train.add_argument("--seed", type=int, default=Recipe().seed)
    train.set_defaults(act=_train)
    export = commands.add_parser("export", help="turn a run into an artefact")
    export.add_argument("--data", type=Path, required=True)
    export.add_argument("--votes", type=Path, help="FER+ votes, fer2013new.csv")
    export.add_argument("--run", type=Path, required=True, help="folder of the run")
    export.add_argument("--artefact", type=Path, required=True, help="folder to write")
    export.add_argument(
        "--models",
        type=Path,
        default=EngineConfig().models_dir,
        help="folder of the face detector's files",
    )
    export.set_defaults(act=_export)
    arguments = parser.parse_args()
    arguments.act(arguments)


def _train(arguments: argparse.Namespace) -> None:
    from training.train import train  # noqa: PLC0415 -- imports TensorFlow

    faces = load_npz(arguments.data)
    votes = load_votes(arguments.votes, rows=len(faces)) if arguments.votes else None
    recipe = replace(Recipe(), epochs=arguments.epochs, seed=arguments.seed)
    train(faces, votes, recipe, arguments.run)


def _export(arguments: argparse.Namespace) -> None:
    from training.export import export  # noqa: PLC0415 -- imports TensorFlow

    faces = load_npz(arguments.data)
    votes = load_votes(arguments.votes, rows=len(faces)) if arguments.votes else None
    export(
        faces,
        votes,
        arguments.run,
        arguments.artefact,
        models_dir=arguments.models,
    )


if __name__ == "__main__":
    main()
