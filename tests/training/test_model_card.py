"""The card that travels with a network says how it came about."""

from dataclasses import replace

import pytest

from inference.artefact import load_artefact
from training.model_card import model_card
from training.recipe import Recipe, RefitRecipe, VinnetRecipe, small


def flowing(card):
    return " ".join(card.split())


@pytest.fixture(scope="module")
def artefact():
    return load_artefact("small")


def test_it_holds_the_figures_and_what_the_network_is_not_for(artefact):
    card = model_card(artefact, Recipe(), with_votes=True)

    accuracy = artefact.metrics["accuracy"]
    assert f"| all 7,178 test images | {accuracy['test']:.2%} |" in card
    assert f"| {accuracy['test_without_duplicates']:.2%} |" in card
    assert "## Not for" in card
    assert "(Barsoum et al. 2016, MIT) as a second target. 7% of" in flowing(card)


def test_every_judge_has_its_row_with_an_interval(artefact):
    card = model_card(artefact, RefitRecipe(), with_votes=True)

    for name in ("ferplus", "people", "fer2013"):
        right = artefact.metrics["judges"][name]["right"]
        assert (
            f"{right['share']:.1%} ({right['low']:.1%} to {right['high']:.1%}" in card
        )
    assert "30 neutral" in card


def test_a_refitted_network_says_what_its_last_layer_learnt_from(artefact):
    recipe = RefitRecipe(label=0.25, votes=0.75, people=2.0)

    card = flowing(model_card(artefact, recipe, with_votes=True))

    assert "by FER2013's label (weight 0.25) and by FER+'s votes (0.75)" in card
    assert "photographs of people by one rater's label (2.0)" in card


@pytest.mark.parametrize("of", [lambda features: features, RefitRecipe])
def test_features_that_people_and_a_teacher_taught_are_told_of(artefact, of):
    told = flowing(model_card(artefact, of(small()), with_votes=True))
    alone = small().learning_from(people=False, teacher=False, label_teacher=False)
    silent = flowing(model_card(artefact, of(alone), with_votes=True))

    assert "second target, 25% of it the scores of a teacher, a network made" in told
    assert "photographs of people taught it, too, by one rater's label" in told
    assert "teacher" not in silent
    assert "taught it, too" not in silent


def test_the_shipped_network_takes_calm_people_for_calm(artefact):
    """What the artefact's card claims; `training evaluate --people` measures it again."""
    judges = artefact.metrics["judges"]

    assert judges["people"]["three_groups"]["share"] >= 0.89
    assert judges["people"]["recall"]["neutral"]["share"] >= 0.90
    assert judges["people"]["recall"]["happy"]["share"] >= 0.92
    assert judges["ferplus"]["right"]["share"] >= 0.815
    assert max(judges[name]["ece"] for name in ("ferplus", "people")) <= 0.03
    path = artefact.metrics["serving_path"]
    assert path["direct"] - path["accuracy"] <= 0.01
    assert artefact.metrics["lessons"]["30 neutral"]["estimator"] <= 0.08


def test_votes_that_were_not_there_are_not_named(artefact):
    without = {k: v for k, v in artefact.metrics.items() if "ferplus" not in k}
    without["judges"] = {"fer2013": artefact.metrics["judges"]["fer2013"]}
    bare = replace(artefact, metrics=without)

    assert "FER+" not in model_card(bare, Recipe(), with_votes=False)


def test_vinnets_card_names_what_it_started_from(artefact):
    card = model_card(artefact, VinnetRecipe(), with_votes=True)

    assert "MobileNetV2 with ImageNet weights (Apache-2.0)" in flowing(card)
    assert "without the images that are copies of test images" in flowing(card)


def test_a_network_by_the_originals_rules_admits_it(artefact):
    card = model_card(artefact, VinnetRecipe(original_rules=True), with_votes=True)

    assert "its figures on them flatter" in flowing(card)
    assert "without the images that are copies" not in flowing(card)
