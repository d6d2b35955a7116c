from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sessions_app.minutes.re_entry import ReEntry, key_of, rule

FIVE = rule(window_s=60, min_group=1, noise=True)
KEYS = {"alice": 1, "bob": 2, "carol": 3}
OTHERS = {"bob", "carol"}


def counting(group, minute, full, able=None, its=FIVE):
    """Who counts, of those who are there; all agree unless it is said who does."""
    return group.admit(minute, {p: KEYS[p] for p in full}, able or KEYS, its)


def admitted(presence, says_no=""):
    """For alice beside the others: 'x' is a full minute, '.' is not, and a minute of a no."""
    group, answers = ReEntry(), []
    for minute, mark in enumerate(presence):
        no = says_no[minute : minute + 1] == "n"
        full = OTHERS | ({"alice"} if mark == "x" and not no else set())
        able = OTHERS if no else KEYS
        answers.append("alice" in counting(group, minute, full, able).people)
    return "".join("x" if counted else "." for counted in answers)


def test_who_joins_counts_from_the_next_mark():
    assert admitted(".xxxxxxxx") == ".....xxxx"
    assert admitted("....xxxxx") == ".....xxxx"


def test_who_closes_the_page_goes_on_counting_until_the_mark():
    assert admitted("x.............") == "xxxxx........."


def test_who_comes_back_waits_as_everybody_does():
    assert admitted("xxx....xxxxx") == "xxxxx.....xx"


def test_a_student_who_comes_and_goes_changes_the_group_at_marks_alone():
    assert admitted("x.x.x.x.x.x.x.x") == "xxxxx.....xxxxx"


def test_a_no_ends_it_at_once_and_costs_a_group_and_then_two():
    no = "...n"
    assert admitted("x" * 15, no) == "xxx.......xxxxx"
    assert admitted("x" * 30, no + "." * 8 + "n") == (
        "xxx.." + "....." + "xx..." + "....." * 2 + "xxxxx"
    )


def test_one_who_says_no_leaves_the_noise_as_it_is():
    group = ReEntry()
    before = counting(group, 0, KEYS)

    after = counting(group, 1, OTHERS, able=OTHERS)

    assert (after.people, after.noise) == (OTHERS, before.noise)
    assert after.formed_with == 3  # what is said of the size does not move either


def test_a_group_of_too_few_is_none_and_the_next_minute_tries_again():
    three = FIVE._replace(enough=3)
    group = ReEntry()
    assert not counting(group, 0, OTHERS, its=three).people

    assert counting(group, 1, KEYS, its=three).people == set(KEYS)
    assert counting(group, 5, OTHERS, its=three).people == set(KEYS)
    assert not counting(group, 6, OTHERS, its=three).people


def test_shorter_minutes_make_no_shorter_group():
    assert rule(window_s=60, min_group=5, noise=True).lasts == 5
    assert rule(window_s=10, min_group=5, noise=True).lasts == 30
    assert rule(window_s=300, min_group=5, noise=True).lasts == 1


def test_without_noise_there_is_nothing_to_draw_and_each_minute_forms_a_group():
    free = rule(window_s=60, min_group=1, noise=False)
    group = ReEntry()
    counting(group, 0, OTHERS, its=free)

    assert counting(group, 1, {"alice"}, its=free).people == {"alice"}


def test_the_same_students_draw_the_same_noise_and_others_other_noise():
    group = ReEntry()
    first, second, again = (
        counting(group, minute, full).noise
        for minute, full in [(0, KEYS), (5, OTHERS), (10, KEYS)]
    )

    assert first == again != second
    assert key_of([1, 2]) == key_of([2, 1])


def test_two_classes_of_the_same_students_draw_other_noise():
    one, other = (counting(ReEntry(), 0, KEYS).noise for _ in range(2))

    assert one.of_group == other.of_group
    assert one.of_class != other.of_class


def test_a_pause_of_the_class_is_no_students_gap():
    group = ReEntry()
    counting(group, 3, KEYS)

    assert counting(group, 20, KEYS).people == set(KEYS)


def test_a_student_is_told_from_when_on_to_count():
    group = ReEntry()
    assert group.counts_from("alice", 0) == 0
    counting(group, 0, OTHERS)

    assert group.counts_from("bob", 3) == 3
    assert group.counts_from("alice", 3) == 5
    assert group.counts_from("alice", 9) == 9
    counting(group, 3, {"carol"}, able={"carol"})
    assert group.counts_from("bob", 4) == 10


def test_who_left_is_remembered_nowhere():
    group = ReEntry()
    counting(group, 0, KEYS)
    counting(group, 1, OTHERS, able=OTHERS)
    for person in ("alice", "bob"):
        group.forget(person)

    assert (group.members, group.absent) == ({"carol"}, {})


minutes = st.lists(
    st.tuples(st.sets(st.sampled_from(sorted(KEYS))), st.booleans()),
    min_size=45,
    max_size=45,
)


@given(minutes)
def test_noise_is_drawn_once_in_five_minutes_whatever_the_students_do(steps):
    group, changes, before = ReEntry(), [], None
    for minute, (full, all_agree) in enumerate(steps):
        able = KEYS if all_agree else full
        noise = counting(group, minute, full, able or {"nobody"}).noise
        if noise != before and group.first >= 0:
            changes.append(minute)
        before = noise

    assert all(later - earlier >= 5 for earlier, later in pairwise(changes))


@given(minutes)
def test_asking_again_about_a_minute_gives_the_same_answer(steps):
    group = ReEntry()
    for minute, (full, _) in enumerate(steps):
        asked = [counting(group, minute, full) for _ in range(2)]
        assert asked[0] == asked[1]
