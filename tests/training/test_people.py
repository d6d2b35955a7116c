"""Photographs of people: nobody is learnt from and checked by; bad files are named."""

import numpy as np
import pytest

from tests.training.small import people_faces, write_people
from training.data import DataRefused
from training.people import CHECK, LEARN, load_people


def arrays(**changes):
    people = people_faces()
    whole = {
        "images": people.images,
        "labels": people.labels,
        "part": people.part,
        "person": people.person,
    }
    return whole | changes


def test_what_is_written_is_read(tmp_path):
    people = people_faces()

    loaded = load_people(write_people(people, tmp_path / "people.npz"))

    assert np.array_equal(loaded.images, people.images)
    assert loaded.crops.shape == (len(people), 48, 48)
    assert set(loaded.check.part) == {CHECK}


def test_nobody_is_in_two_of_the_three_parts():
    people = people_faces()

    learnt, held = people.split_learning(share=0.25, seed=0)

    parts = [set(learnt.person), set(held.person), set(people.check.person)]
    assert not parts[0] & parts[1]
    assert not (parts[0] | parts[1]) & parts[2]
    assert len(learnt) + len(held) == (people.part == LEARN).sum()
    assert len(parts[1]) == round(0.25 * (len(parts[0]) + len(parts[1])))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"labels": np.full(len(people_faces()), 7, np.uint8)}, "labels that are not"),
        ({"labels": people_faces().labels / 2}, "not whole numbers"),
        ({"labels": np.zeros(3, np.uint8)}, "arrays of"),
        ({"images": np.zeros((3, 64), np.uint8)}, "of the shapes"),
        ({"images": people_faces().images.astype(float)}, "float64 images"),
        ({"person": np.zeros(len(people_faces()), int)}, "nobody in both; 1 people"),
        ({"part": np.full(len(people_faces()), 2, np.uint8)}, "in part 0"),
    ],
)
def test_other_contents_are_refused(tmp_path, changes, said):
    path = tmp_path / "people.npz"
    np.savez(path, **arrays(**changes))

    with pytest.raises(DataRefused, match=said) as refused:
        load_people(path)
    assert str(path) in str(refused.value)


def test_a_missing_array_or_a_cut_file_is_named(tmp_path):
    whole = arrays()
    del whole["person"]
    path = tmp_path / "people.npz"
    np.savez(path, **whole)
    with pytest.raises(DataRefused, match="person"):
        load_people(path)

    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(DataRefused, match="cannot be read"):
        load_people(path)

    with pytest.raises(DataRefused, match="cannot be read"):
        load_people(tmp_path / "nowhere.npz")
