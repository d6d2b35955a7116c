"""The card that travels with a network says how it came about."""

from dataclasses import replace

import pytest

from inference.artefact import load_artefact
from training.model_card import model_card
from training.recipe import CompactRecipe, MobileRecipe, VinnetRecipe


def flowing(card):
    return " ".join(card.split())


@pytest.fixture(scope="module")
def artefact():
    return load_artefact("compact")


def test_it_holds_the_figures_and_what_the_network_is_not_for(artefact):
    card = model_card(artefact, CompactRecipe(), with_votes=True)

    accuracy = artefact.metrics["accuracy"]
    assert f"| all 7,178 test images | {accuracy['test']:.2%} |" in card
    assert f"| {accuracy['test_without_duplicates']:.2%} |" in card
    assert "## Not for" in card
    assert "(Barsoum et al. 2016, MIT) as a second target. 7% of" in flowing(card)


def test_votes_that_were_not_there_are_not_named(artefact):
    without = {k: v for k, v in artefact.metrics.items() if "ferplus" not in k}
    bare = replace(artefact, metrics=without)

    assert "FER+" not in model_card(bare, CompactRecipe(), with_votes=False)


@pytest.mark.parametrize("recipe", [MobileRecipe(), VinnetRecipe()])
def test_the_card_names_what_a_network_started_from(artefact, recipe):
    card = model_card(artefact, recipe, with_votes=True)

    assert "MobileNetV2 with ImageNet weights (Apache-2.0)" in flowing(card)
    assert "without the images that are copies of test images" in flowing(card)


def test_a_network_that_started_from_nothing_names_nothing(artefact):
    assert "ImageNet" not in model_card(artefact, CompactRecipe(), with_votes=True)


def test_the_card_names_the_teacher(artefact):
    card = model_card(
        artefact, MobileRecipe(teacher="0123456789abcdef"), with_votes=True
    )

    assert "hash 0123456789ab..., was its teacher" in flowing(card)
    assert "50% of the weight of the labels" in flowing(card)
    assert "teacher" not in model_card(artefact, MobileRecipe(), with_votes=True)


def test_a_network_by_the_originals_rules_admits_it(artefact):
    card = model_card(artefact, VinnetRecipe(original_rules=True), with_votes=True)

    assert "its figures on them flatter" in flowing(card)
    assert "without the images that are copies" not in flowing(card)
