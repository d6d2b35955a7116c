"""What a run learns from: which faces, with which answers, and how much each counts."""

from dataclasses import replace

import numpy as np
import pytest

from tests.training.small import people_faces, small_faces
from training.data import DataRefused, split_training
from training.head import favour_rare
from training.recipe import Recipe, small
from training.training_set import training_set_of

FACES = small_faces(per_label=10, tests_per_label=2)
VOTES = np.eye(7)[FACES.labels].astype(np.float32) * 8
PEOPLE = people_faces(per_label=8, seed=1)
PLAIN = Recipe(held_out=0.2)
SPLIT = split_training(FACES, share=0.2, seed=0)


def gathered(recipe, *, votes=VOTES, people=PEOPLE):
    return training_set_of(recipe, FACES, votes, people, SPLIT)


def test_people_teach_the_votes_head_alone():
    plain, more = gathered(PLAIN), gathered(replace(PLAIN, people=2.0))

    theirs = slice(len(plain), None)
    assert len(plain) == len(SPLIT.train)
    assert (more.label_weights[theirs] == 0).all()
    assert (more.share_weights[theirs] == 2.0).all()


def test_neither_the_check_part_nor_the_people_held_out_are_learnt_from():
    recipe = replace(PLAIN, people=1.0)
    learnt, held = PEOPLE.split_learning(share=recipe.people_held_out, seed=0)

    found = {image.tobytes() for image in gathered(recipe).images}

    assert found >= {image.tobytes() for image in learnt.crops}
    for kept_out in (held, PEOPLE.check):
        assert len(kept_out)
        assert not found & {image.tobytes() for image in kept_out.crops}


def test_one_rater_has_not_the_whole_of_the_answer():
    more = gathered(replace(PLAIN, people=1.0, label_smoothing=0.07))

    answer = more.shares[-1]
    assert answer.max() == pytest.approx(0.94)
    assert answer.min() == pytest.approx(0.01)


def test_people_that_the_recipe_needs_are_asked_for():
    with pytest.raises(DataRefused, match="give them with --people"):
        gathered(replace(PLAIN, people=1.0), people=None)


def test_a_balance_of_one_lets_every_answer_of_the_voters_count_alike():
    rare = FACES.rows(np.flatnonzero((FACES.labels != 1) | (np.arange(84) < 21)))
    votes = np.eye(7)[rare.labels].astype(np.float32) * 8
    split = split_training(rare, share=0.2, seed=0)

    found = training_set_of(replace(PLAIN, balance=1.0), rare, votes, None, split)

    by_answer = found.share_weights @ found.shares
    assert by_answer == pytest.approx(np.full(7, by_answer.mean()))
    assert (found.label_weights == 1).all()


def test_without_votes_a_balance_is_no_fault():
    found = gathered(replace(PLAIN, balance=0.5), votes=None)

    assert (found.share_weights == 0).all()
    assert (found.label_weights > 0).all()


def test_a_label_that_nobody_shows_is_favoured_by_no_endless_weight():
    favour = favour_rare(np.array([10.0, 0.0]), 1.0)

    assert np.isfinite(favour).all()
    assert favour[1] > favour[0]


def test_what_is_not_at_hand_is_left_out_of_the_recipe():
    alone = small().learning_from(people=False, teacher=False, label_teacher=False)

    assert (alone.people, alone.teacher, alone.label_teacher) == (0.0, 0.0, 0.0)
    assert small() == small().learning_from(
        people=True, teacher=True, label_teacher=True
    )
