"""What a run was made with, kept in its folder."""

from dataclasses import replace

import pytest

from tests.training.runs import COMPACT
from training.data import DataRefused
from training.recipe import Recipe, recipe_of


def test_a_folder_with_another_recipe_is_refused(tmp_path):
    COMPACT.keep_in(tmp_path)

    with pytest.raises(FileExistsError, match="another run"):
        replace(COMPACT, epochs=4).keep_in(tmp_path)


def test_a_recipe_is_read_as_it_was_kept(tmp_path):
    COMPACT.keep_in(tmp_path)

    assert Recipe.of_run(tmp_path) == COMPACT
    assert recipe_of(tmp_path) == COMPACT


def test_a_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(DataRefused, match=r"recipe\.json is no readable recipe"):
        recipe_of(tmp_path)
