"""Train, measure and ship the emotion networks."""

import argparse
import sys
from pathlib import Path

import numpy as np

from inference.artefact import ArtefactRefused
from inference.detection.files import ModelFileMissing
from inference.engine import EngineConfig, load_engine
from training.data import OFFICIAL_FACES, DataRefused, Faces, remark
from training.loading import load_faces
from training.photo_labels import PhotoLabels
from training.recipe import Recipe, VinnetRecipe
from training.sources import Form, find_source
from training.votes import load_votes


def main() -> None:
    arguments = _parser().parse_args()
    try:
        arguments.act(arguments)
    except (ArtefactRefused, DataRefused, ModelFileMissing, OSError) as error:
        sys.exit(str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = commands.add_parser("train", help="train, or continue a stopped run")
    train.add_argument("network", choices=["compact", "vinnet"])
    _add_data(train)
    train.add_argument("--run", type=Path, required=True, help="folder of the run")
    train.add_argument("--epochs", type=int, help="how many, or at most how many")
    train.add_argument("--seed", type=int, default=0)
    train.add_argument(
        "--weights",
        type=Path,
        help="vinnet: MobileNetV2's ImageNet weights without top (default: download)",
    )
    train.add_argument(
        "--original-rules",
        action="store_true",
        help="vinnet: learn test images' copies, too, and stop by the test images",
    )
    train.set_defaults(act=_train)

    export = commands.add_parser("export", help="turn a run into an artefact")
    _add_data(export)
    _add_models(export)
    export.add_argument("--run", type=Path, required=True, help="folder of the run")
    export.add_argument("--artefact", type=Path, required=True, help="folder to write")
    export.set_defaults(act=_export)

    evaluate = commands.add_parser("evaluate", help="measure an artefact")
    _add_data(evaluate)
    _add_models(evaluate)
    evaluate.add_argument("--artefact", type=Path, required=True)
    evaluate.add_argument("--form", default="", help="int8, float or keras")
    evaluate.add_argument("--report", type=Path, help="folder for an HTML report")
    evaluate.add_argument("--run", type=Path, help="its run, to draw its course")
    evaluate.add_argument("--json", action="store_true", help="print figures as JSON")
    evaluate.set_defaults(act=_evaluate)

    inspect = commands.add_parser("inspect", help="look at the data")
    inspect.add_argument("--data", type=Path, required=True)
    inspect.add_argument("--report", type=Path, required=True, help="folder to write")
    inspect.set_defaults(act=_inspect)

    predict = commands.add_parser("predict", help="read photos")
    _add_models(predict)
    predict.add_argument(
        "images", type=Path, nargs="+", metavar="IMAGE", help="a photo, or a folder"
    )
    predict.add_argument("--artefact", default="compact", help="name or folder")
    predict.add_argument("--labels", type=Path, help="csv of file,label")
    predict.add_argument("--pictures", type=Path, help="folder for annotated copies")
    predict.set_defaults(act=_predict)

    compare = commands.add_parser("compare", help="artefacts side by side")
    compare.add_argument("artefacts", type=Path, nargs="+", metavar="ARTEFACT")
    compare.add_argument("--data", type=Path, required=True)
    compare.set_defaults(act=_compare)
    return parser


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data", type=Path, required=True, help="FER2013: .npz, .csv or class folders"
    )
    command.add_argument("--votes", type=Path, help="FER+ votes, fer2013new.csv")


def _add_models(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--models",
        type=Path,
        default=EngineConfig().models_dir,
        help="folder of the face detector's files",
    )


def _data(arguments: argparse.Namespace) -> tuple[Faces, np.ndarray | None]:
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
    return faces, load_votes(arguments.votes, rows=len(faces))


def _train(arguments: argparse.Namespace) -> None:
    faces, votes = _data(arguments)
    from training import train, vinnet  # noqa: PLC0415 -- imports Keras

    chosen = {"seed": arguments.seed}
    if arguments.epochs is not None:
        chosen["epochs"] = arguments.epochs
    if arguments.network == "compact":
        train.train(faces, votes, Recipe(**chosen), arguments.run)
    else:
        recipe = VinnetRecipe(**chosen, original_rules=arguments.original_rules)
        vinnet.train(faces, recipe, arguments.run, arguments.weights)


def _export(arguments: argparse.Namespace) -> None:
    faces, votes = _data(arguments)
    from training.export import export  # noqa: PLC0415 -- imports TensorFlow

    export(faces, votes, arguments.run, arguments.artefact, models_dir=arguments.models)


def _evaluate(arguments: argparse.Namespace) -> None:
    from training.evaluate import evaluate  # noqa: PLC0415 -- loads the networks
    from training.report import (  # noqa: PLC0415 -- loads Matplotlib
        as_json,
        summary,
        write_report,
    )

    faces, votes = _data(arguments)
    found = evaluate(
        arguments.artefact,
        faces,
        votes,
        models_dir=arguments.models,
        form=arguments.form,
    )
    if arguments.report:
        write_report(found, faces, arguments.report, run=arguments.run)
    print(as_json(found.figures) if arguments.json else summary(found))


def _inspect(arguments: argparse.Namespace) -> None:
    from training.inspection import inspect  # noqa: PLC0415 -- loads Matplotlib

    print(inspect(load_faces(arguments.data), arguments.report))


def _predict(arguments: argparse.Namespace) -> None:
    from training.predict import (  # noqa: PLC0415 -- loads Matplotlib
        photos_of,
        predict,
        table,
    )

    labels = arguments.labels
    truths = PhotoLabels.load(labels) if labels else PhotoLabels({})
    photos = photos_of(arguments.images)
    engine = load_engine(
        EngineConfig(artefact=arguments.artefact, models_dir=arguments.models)
    )
    found = predict(engine, photos, truths, arguments.pictures)
    print(table(found))
    if not any(each.was_read for each in found):
        sys.exit("No picture could be read.")


def _compare(arguments: argparse.Namespace) -> None:
    from training.compare import compare  # noqa: PLC0415 -- imports TensorFlow

    print(compare(arguments.artefacts, load_faces(arguments.data)))


if __name__ == "__main__":
    main()
