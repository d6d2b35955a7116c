"""Train, measure and ship the emotion networks."""

import argparse
import json
import sys
from pathlib import Path

from inference.artefact import ArtefactRefused
from inference.detection.files import ModelFileMissing
from inference.engine import load_engine
from inference.engine_config import EngineConfig
from training import options
from training.data import DataRefused
from training.face_scores import face_scores
from training.loading import load_faces
from training.photo_labels import PhotoLabels
from training.recipe import Recipe, RefitRecipe, VinnetRecipe, recipe_of, small
from training.wild import load_wild


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
    train.add_argument("network", choices=["compact", "small", "vinnet"])
    options.add_data(train)
    options.add_people(train)
    train.add_argument(
        "--teacher", type=Path, help="small: an artefact whose scores it learns, too"
    )
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

    refit = commands.add_parser(
        "refit", help="learn the last layer of an artefact again"
    )
    refit.add_argument("base", type=Path, help="the artefact that gives the features")
    options.add_data(refit, needs_votes=True)
    options.add_people(refit, needed=True)
    options.add_models(refit)
    refit.add_argument(
        "--run", type=Path, help="the base's run (default: a compact one of seed 0)"
    )
    refit.add_argument("--artefact", type=Path, required=True, help="folder to write")
    refit.set_defaults(act=_refit)

    export = commands.add_parser("export", help="turn a run into an artefact")
    options.add_data(export)
    options.add_people(export)
    options.add_models(export)
    export.add_argument("--run", type=Path, required=True, help="folder of the run")
    export.add_argument("--artefact", type=Path, required=True, help="folder to write")
    export.set_defaults(act=_export)

    evaluate = commands.add_parser("evaluate", help="measure an artefact")
    options.add_data(evaluate)
    options.add_people(evaluate)
    options.add_models(evaluate)
    evaluate.add_argument("--artefact", type=Path, required=True)
    evaluate.add_argument("--form", default="", help="int8, float or keras")
    evaluate.add_argument("--report", type=Path, help="folder for an HTML report")
    evaluate.add_argument("--run", type=Path, help="its run, to draw its course")
    evaluate.add_argument("--json", action="store_true", help="print figures as JSON")
    evaluate.set_defaults(act=_evaluate)

    robustness = commands.add_parser("robustness", help="measure bad pictures")
    options.add_data(robustness, needs_votes=True)
    options.add_people(robustness)
    options.add_models(robustness)
    robustness.add_argument("--artefact", type=Path, required=True)
    robustness.add_argument("--faces", type=int, default=1000, help="of each judge")
    robustness.add_argument("--json", action="store_true", help="print figures as JSON")
    robustness.set_defaults(act=_robustness)

    scores = commands.add_parser(
        "face-scores", help="figures of photographs of people, for truth_check"
    )
    options.add_people(scores, needed=True)
    options.add_models(scores)
    scores.add_argument("--artefact", default="compact", help="name or folder")
    scores.set_defaults(act=_face_scores)

    inspect = commands.add_parser("inspect", help="look at the data")
    inspect.add_argument("--data", type=Path, required=True)
    inspect.add_argument("--report", type=Path, required=True, help="folder to write")
    inspect.set_defaults(act=_inspect)

    predict = commands.add_parser("predict", help="read photos")
    options.add_models(predict)
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


def _train(arguments: argparse.Namespace) -> None:
    if arguments.network != "small" and (arguments.wild or arguments.teacher):
        raise DataRefused(
            "--wild and --teacher are for the small network; "
            f"leave them out, or train small instead of {arguments.network}."
        )
    faces, votes = options.read_data(arguments)
    people = options.read_people(arguments)
    from training import train, vinnet  # noqa: PLC0415 -- imports Keras

    chosen = {"seed": arguments.seed}
    if arguments.epochs is not None:
        chosen["epochs"] = arguments.epochs
    if arguments.network == "vinnet":
        recipe = VinnetRecipe(**chosen, original_rules=arguments.original_rules)
        vinnet.train(faces, recipe, arguments.run, arguments.weights)
    elif arguments.network == "compact":
        train.train(faces, votes, Recipe(**chosen), arguments.run)
    else:
        train.train(
            faces,
            votes,
            small(**chosen).learning_from(
                people=people is not None, teacher=arguments.teacher is not None
            ),
            arguments.run,
            people=people,
            teacher=arguments.teacher,
        )


def _export(arguments: argparse.Namespace) -> None:
    faces, votes = options.read_data(arguments)
    from training.export import export  # noqa: PLC0415 -- imports TensorFlow

    export(
        faces,
        votes,
        options.read_people(arguments),
        arguments.run,
        arguments.artefact,
        models_dir=arguments.models,
    )


def _refit(arguments: argparse.Namespace) -> None:
    faces, votes = options.read_data(arguments)
    people = load_wild(arguments.wild)
    features = recipe_of(arguments.run) if arguments.run else Recipe()
    if isinstance(features, VinnetRecipe):
        raise DataRefused(
            f"{arguments.run} is a run of Vinnet, which ends in layers of its own; "
            "give one of compact or small."
        )
    from training.refit import refit  # noqa: PLC0415 -- imports Keras

    assert votes is not None  # --votes is required
    refit(
        arguments.base,
        faces,
        votes,
        people,
        arguments.artefact,
        RefitRecipe(features),
        models_dir=arguments.models,
    )


def _evaluate(arguments: argparse.Namespace) -> None:
    from training.evaluate import evaluate  # noqa: PLC0415 -- loads the networks
    from training.report import (  # noqa: PLC0415 -- loads Matplotlib
        as_json,
        summary,
        write_report,
    )

    faces, votes = options.read_data(arguments)
    found = evaluate(
        arguments.artefact,
        faces,
        votes,
        options.read_people(arguments),
        models_dir=arguments.models,
        form=arguments.form,
    )
    if arguments.report:
        write_report(found, faces, arguments.report, run=arguments.run)
    print(as_json(found.figures) if arguments.json else summary(found))


def _robustness(arguments: argparse.Namespace) -> None:
    from training import robustness  # noqa: PLC0415 -- loads the networks
    from training.report import as_json  # noqa: PLC0415 -- loads Matplotlib

    faces, votes = options.read_data(arguments)
    assert votes is not None  # --votes is required
    samples = robustness.samples(faces, votes, options.read_people(arguments))
    engine = load_engine(
        EngineConfig(artefact=str(arguments.artefact), models_dir=arguments.models)
    )
    few = [each.some(arguments.faces) for each in samples]
    rows = list(robustness.robustness(engine, few))
    print(as_json({"rows": rows}) if arguments.json else robustness.table(rows))


def _face_scores(arguments: argparse.Namespace) -> None:
    people = load_wild(arguments.wild)
    engine = load_engine(
        EngineConfig(artefact=arguments.artefact, models_dir=arguments.models)
    )
    print(json.dumps(face_scores(engine, arguments.artefact, people)))


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
