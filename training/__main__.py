"""Train, measure and ship the emotion networks."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from inference.artefact import ArtefactRefused, load_artefact
from inference.detection.files import ModelFileMissing
from inference.engine import load_engine
from inference.engine_config import EngineConfig
from training import commands, options
from training.data import DataRefused
from training.face_scores import face_scores
from training.loading import load_faces
from training.people import load_people
from training.photo_labels import PhotoLabels
from training.recipe import Recipe, RefitRecipe, VinnetRecipe, recipe_of, small
from training.training_set import Teachers

_CHOSEN = ("seed", "epochs", "precision")  # of a recipe, for any network
_FOR_SMALL = ("people", "teacher", "label_teacher", "first_weights")


def main() -> None:
    arguments = commands.parser(__doc__).parse_args()
    try:
        _ACTIONS[arguments.command](arguments)
    except (ArtefactRefused, DataRefused, ModelFileMissing, OSError) as error:
        sys.exit(str(error))


def _train(arguments: argparse.Namespace) -> None:
    given = vars(arguments)
    asked = [f"--{name.replace('_', '-')}" for name in _FOR_SMALL if given[name]]
    if arguments.network != "small" and asked:
        raise DataRefused(
            f"{' and '.join(asked)}: only for the small network; "
            f"leave out, or train small instead of {arguments.network}."
        )
    faces, votes = options.read_data(arguments)
    people = options.read_people(arguments)
    from training import train, vinnet  # noqa: PLC0415 -- imports Keras

    chosen = {name: given[name] for name in _CHOSEN if given[name] is not None}
    if arguments.network == "vinnet":
        recipe = VinnetRecipe(**chosen, original_rules=arguments.original_rules)
        vinnet.train(faces, recipe, arguments.run, arguments.weights)
    elif arguments.network == "compact":
        train.train(faces, votes, Recipe(**chosen), arguments.run)
    else:
        train.train(
            faces,
            votes,
            _small_recipe(arguments, chosen),
            arguments.run,
            people=people,
            teachers=Teachers(arguments.teacher, arguments.label_teacher),
            first_weights=arguments.first_weights,
        )


def _small_recipe(arguments: argparse.Namespace, chosen: dict[str, Any]) -> Recipe:
    recipe = small(**chosen).learning_from(
        people=arguments.people is not None,
        teacher=arguments.teacher is not None,
        label_teacher=arguments.label_teacher is not None,
    )
    if arguments.first_weights is None:
        return recipe
    return recipe.going_on_from(load_artefact(arguments.first_weights).hash)


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
    people = load_people(arguments.people)
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
    people = load_people(arguments.people)
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


_ACTIONS: dict[str, Callable[[argparse.Namespace], None]] = {
    "train": _train,
    "refit": _refit,
    "export": _export,
    "evaluate": _evaluate,
    "robustness": _robustness,
    "face-scores": _face_scores,
    "inspect": _inspect,
    "predict": _predict,
    "compare": _compare,
}


if __name__ == "__main__":
    main()
