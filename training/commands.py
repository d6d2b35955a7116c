"""The commands of `python -m training`, and the options of each."""

import argparse
from collections.abc import Callable
from pathlib import Path

from training import options

AddOptions = Callable[[argparse.ArgumentParser], None]


def parser(description: str | None) -> argparse.ArgumentParser:
    """Read a command line; `command` is the name of the command that was given."""
    whole = argparse.ArgumentParser(prog="python -m training", description=description)
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (purpose, add_options) in _COMMANDS.items():
        add_options(commands.add_parser(name, help=purpose))
    return whole


def _train(command: argparse.ArgumentParser) -> None:
    command.add_argument("network", choices=["compact", "small", "vinnet"])
    options.add_data(command)
    options.add_people(command)
    command.add_argument(
        "--teacher", type=Path, help="small: an artefact whose scores it learns, too"
    )
    command.add_argument(
        "--label-teacher",
        type=Path,
        help="small: an artefact whose scores FER2013's head learns, too",
    )
    command.add_argument(
        "--first-weights",
        type=Path,
        metavar="ARTEFACT",
        help="small: go on from this one's weights (default: from random ones)",
    )
    command.add_argument("--run", type=Path, required=True, help="folder of the run")
    command.add_argument("--epochs", type=int, help="how many, or at most how many")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument(
        "--precision",
        choices=["float32", "mixed_bfloat16"],
        help="of the sums; float32 is faster on processors without bfloat16",
    )
    command.add_argument(
        "--weights",
        type=Path,
        help="vinnet: MobileNetV2's ImageNet weights without top (default: download)",
    )
    command.add_argument(
        "--original-rules",
        action="store_true",
        help="vinnet: learn test images' copies, too, and stop by the test images",
    )


def _refit(command: argparse.ArgumentParser) -> None:
    command.add_argument("base", type=Path, help="the artefact that gives the features")
    options.add_data(command, needs_votes=True)
    options.add_people(command, needed=True)
    options.add_models(command)
    command.add_argument(
        "--run", type=Path, help="the base's run (default: a compact one of seed 0)"
    )
    command.add_argument("--artefact", type=Path, required=True, help="folder to write")


def _export(command: argparse.ArgumentParser) -> None:
    options.add_data(command)
    options.add_people(command)
    options.add_models(command)
    command.add_argument("--run", type=Path, required=True, help="folder of the run")
    command.add_argument("--artefact", type=Path, required=True, help="folder to write")


def _evaluate(command: argparse.ArgumentParser) -> None:
    options.add_data(command)
    options.add_people(command)
    options.add_models(command)
    command.add_argument("--artefact", type=Path, required=True)
    command.add_argument("--form", default="", help="int8, float or keras")
    command.add_argument("--report", type=Path, help="folder for an HTML report")
    command.add_argument("--run", type=Path, help="its run, to draw its course")
    command.add_argument("--json", action="store_true", help="print figures as JSON")


def _robustness(command: argparse.ArgumentParser) -> None:
    options.add_data(command, needs_votes=True)
    options.add_people(command)
    options.add_models(command)
    command.add_argument("--artefact", type=Path, required=True)
    command.add_argument("--faces", type=int, default=1000, help="of each judge")
    command.add_argument("--json", action="store_true", help="print figures as JSON")


def _face_scores(command: argparse.ArgumentParser) -> None:
    options.add_people(command, needed=True)
    options.add_models(command)
    command.add_argument("--artefact", default="small", help="name or folder")


def _inspect(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", type=Path, required=True)
    command.add_argument("--report", type=Path, required=True, help="folder to write")


def _predict(command: argparse.ArgumentParser) -> None:
    options.add_models(command)
    command.add_argument(
        "images", type=Path, nargs="+", metavar="IMAGE", help="a photo, or a folder"
    )
    command.add_argument("--artefact", default="small", help="name or folder")
    command.add_argument("--labels", type=Path, help="csv of file,label")
    command.add_argument("--pictures", type=Path, help="folder for annotated copies")


def _compare(command: argparse.ArgumentParser) -> None:
    command.add_argument("artefacts", type=Path, nargs="+", metavar="ARTEFACT")
    command.add_argument("--data", type=Path, required=True)


_COMMANDS: dict[str, tuple[str, AddOptions]] = {
    "train": ("train, or continue a stopped run", _train),
    "refit": ("learn the last layer of an artefact again", _refit),
    "export": ("turn a run into an artefact", _export),
    "evaluate": ("measure an artefact", _evaluate),
    "robustness": ("measure bad pictures", _robustness),
    "face-scores": ("figures of photographs of people, for truth_check", _face_scores),
    "inspect": ("look at the data", _inspect),
    "predict": ("read photos", _predict),
    "compare": ("artefacts side by side", _compare),
}
