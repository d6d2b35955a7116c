"""The text that travels with an artefact: what it is, what it may not be used for."""

import textwrap

from inference.artefact import Artefact
from inference.labels import EMOTIONS
from training import card_tables as tables
from training.recipe import Recipe, RefitRecipe, VinnetRecipe

_TEMPLATE = """\
# Model card: {name}

Reads the expression of one face from a 48x48 grey crop. It gives a score to each of
{labels}.
It is the network behind a *class's* shares; it is no judge of a person.

## Data and licence

{origin}
- The weights are under this project's licence (MIT). Check whether FER2013's terms
  fit your use.
- `golden.jpg` is NASA's portrait of the astronaut Eileen Collins (public domain), as
  shipped by scikit-image.

## Measured

With the int8 network, by `python -m training evaluate`, on faces that it did not learn
from:

{judges}| right by FER2013's labels on | |
|---|---|
{accuracy}

Without duplicates leaves out the test images that have a byte-identical copy in
FER2013's Training part. By these labels, macro F1 {macro_f1:.3f} and calibration error
{ece:.3f}; temperature {temperature:.3f}.{head}{ferplus}

{labels_table}

PrivateTest faces pasted at 60 to 160 px into 320x240 frames, JPEG quality 60, found
and cut by the engine: {found:.1%} found, {serving:.2%} of these right{path_judge},
against {direct:.2%} with the same faces' own crops.{people_path}

Largest difference of any score to the Keras network on {parity_faces} test faces:
{parity_int8:.3f} (int8, same label in {agree_int8:.1%}), {parity_float:.4f} (float16).

Class mood: mean total variation distance between true and estimated shares of 2,000
simulated classes of those PrivateTest faces that the engine found, by FER2013's labels,
and how often the 90 % intervals held the truth:

| shares, students | counting | averaging | estimator | interval |
|---|---|---|---|---|
{moods}
{ferplus_moods}{lessons}{conditions}
## Weak points

- {weakest} are read worst by FER2013's label: see the table.
  Disgust is rare in the data.
- People agree with FER2013's labels in about two of three images; so the labels
  themselves limit every figure above.
- The data shows posed and found web images, mostly frontal, of unknown people. Light and
  the turn of the head are what the pictures tell: see the table. How accuracy differs by
  age, skin, gender, glasses or culture was not measured.
- A face shows an expression, not a feeling, and not attention or understanding.

## Intended use

Shares of a group's expressions over minutes, with a band, for consenting adults, where
the law allows it.

## Not for

Decisions about a person, grading, discipline, hiring, medical or security use,
attention or honesty scores, any use without consent. In the European Union, inferring
emotions in education and at work is prohibited (AI Act, Article 5(1)(f)).
"""

_FER2013 = (
    "FER2013's Training part (Goodfellow et al. 2013, a research data set collected "
    "by web search)"
)
_HONEST = (
    " without the images that are copies of test images{votes}. {held_out:.0%} of the "
    "training part was held out, grouped by copies, for temperature and calibration"
    "{more}."
)
_VOTES = ", with FER+ votes (Barsoum et al. 2016, MIT) as a second target"
_REFIT = (
    f"The features learnt from {_FER2013} without the images that are copies of test "
    "images, with FER+ votes (Barsoum et al. 2016, MIT) as a second target{more}. The "
    "last layer learnt from the same faces by FER2013's label (weight {label}) and by FER+'s "
    "votes ({votes}), and from photographs of people by one rater's label ({people}). "
    "{held_out:.0%} of the training part, grouped by copies, and {people_held_out:.0%} "
    "of the people were held out; they decided about these weights, temperature and "
    "calibration. Pictures that most voters call no face taught and tested nothing."
)
_TEACHER = ", {teacher:.0%} of it the scores of a teacher, a network made before"
_PEOPLE = (
    "; photographs of people taught it, too, by one rater's label (weight {people})"
)
_IMAGENET = "MobileNetV2 with ImageNet weights (Apache-2.0), which learnt on from "
_STEERED = ", and decided about learning rate and end"
_ORIGINAL = (
    ", also from the images that are copies of test images, and the test images "
    "decided about learning rate and end: the rules of the system that this one "
    "replaces. **So its figures on them flatter.** It stands here to be compared, not "
    "to be served; its temperature and calibration come from faces that it learnt from."
)

_ROWS = {
    "test": "all 7,178 test images",
    "public": "PublicTest",
    "private": "PrivateTest",
    "test_without_duplicates": "test images without duplicates",
    "train": "Training (most of it learnt from)",
}


def model_card(
    artefact: Artefact,
    recipe: Recipe | VinnetRecipe | RefitRecipe,
    *,
    with_votes: bool,
) -> str:
    """Write the card of an artefact whose metrics are complete.

    Args:
        artefact: With its metrics.
        recipe: How it was trained.
        with_votes: Whether FER+ votes were at hand.
    """
    metrics = artefact.metrics
    path, parity = metrics["serving_path"], metrics["parity"]
    recall = tables.all_judges(metrics).popitem()[1]["recall"]
    weakest = sorted(EMOTIONS, key=lambda name: recall[name]["share"])[:3]
    return _TEMPLATE.format(
        name=artefact.name,
        labels=", ".join(EMOTIONS),
        origin=_origin(recipe, with_votes=with_votes),
        temperature=artefact.temperature,
        accuracy="\n".join(
            f"| {text} | {metrics['accuracy'][name]:.2%} |"
            for name, text in _ROWS.items()
        ),
        macro_f1=metrics["macro_f1"],
        ece=metrics["ece"],
        head=tables.fer2013_head(metrics),
        ferplus=tables.ferplus(metrics),
        judges=tables.judges(metrics),
        labels_table=tables.labels_table(metrics),
        path_judge=" by FER+'s majority" if "accuracy_ferplus" in metrics else "",
        people_path=tables.people_path(metrics),
        lessons=tables.lessons(metrics),
        conditions=tables.conditions(metrics),
        found=path["found"],
        serving=path["accuracy"],
        direct=path["direct"],
        parity_faces=parity["faces"],
        parity_int8=parity["int8"]["max_difference"],
        agree_int8=parity["int8"]["same_label"],
        parity_float=parity["float"]["max_difference"],
        moods=tables.moods(metrics, ""),
        ferplus_moods=tables.ferplus_moods(metrics),
        weakest=", ".join(weakest).capitalize(),
    )


def _origin(recipe: Recipe | VinnetRecipe | RefitRecipe, *, with_votes: bool) -> str:
    if isinstance(recipe, RefitRecipe):
        text = _REFIT.format(
            held_out=recipe.features.held_out,
            label=recipe.label,
            votes=recipe.votes,
            people=recipe.people,
            people_held_out=recipe.features.people_held_out,
            more=_taught_by(recipe.features),
        )
    elif not isinstance(recipe, VinnetRecipe):
        votes = (_VOTES if with_votes else "") + _taught_by(recipe)
        rules = _HONEST.format(votes=votes, held_out=recipe.held_out, more="")
        text = f"Learnt from {_FER2013}{rules}"
    elif recipe.original_rules:
        text = f"{_IMAGENET}{_FER2013}{_ORIGINAL}"
    else:
        rules = _HONEST.format(votes="", held_out=recipe.held_out, more=_STEERED)
        text = f"{_IMAGENET}{_FER2013}{rules}"
    return textwrap.fill(f"- {text}", width=88, subsequent_indent="  ")


def _taught_by(recipe: Recipe) -> str:
    """What taught beside labels and votes, as clauses after both."""
    teacher = _TEACHER.format(teacher=recipe.teacher) if recipe.teacher else ""
    return teacher + (_PEOPLE.format(people=recipe.people) if recipe.people else "")
