"""The card that travels with a network says how it came about."""

from dataclasses import replace

import pytest

from inference.artefact import load_artefact
from training.model_card import model_card
from training.recipe import Recipe, VinnetRecipe


def flowing(card):
    return " ".join(card.split())


@pytest.fixture(scope="module")
def artefact():
    return load_artefact("compact")


def test_it_holds_the_figures_and_what_the_network_is_not_for(artefact):
    card = model_card(artefact, Recipe(), with_votes=True)

    accuracy = artefact.metrics["accuracy"]
    assert f"| all 7,178 test images | {accuracy['test']:.2%} |" in card
    assert f"| {accuracy['test_without_duplicates']:.2%} |" in card
    assert "## Not for" in card
    assert "(Barsoum et al. 2016, MIT) as a second target. 7% of" in flowing(card)


def test_votes_that_were_not_there_are_not_named(artefact):
    without = {k: v for k, v in artefact.metrics.items() if "ferplus" not in k}
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
