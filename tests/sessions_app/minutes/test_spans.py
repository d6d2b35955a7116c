"""What a topic or a lesson was like, from released rows alone."""

import pytest

from sessions_app.minutes.figures import NAMES, Figures, figures_of, total
from sessions_app.minutes.release import NOISE_PARTS
from sessions_app.minutes.spans import difference, span
from tests.sessions_app.factories import ClassMinuteFactory

STATUSES = ("released", "too_few", "paused", "interrupted", "off")


def minute(
    *, pleased=0.3, lost=0.1, status="released", pulse_status="released", size=20
):
    """The values of a row that a span is made from."""
    seen, said = status == "released", pulse_status == "released"
    calm = round(0.9 - pleased, 2)
    ok = round(0.5 - lost, 2)
    return {
        "status": status,
        "size": size if seen else None,
        "groups_alone": {"pleased": pleased, "calm": calm, "strained": 0.1}
        if seen
        else None,
        "pulse_status": pulse_status,
        "pulse_size": size if said else None,
        "pulse": {
            "lost": lost,
            "too_fast": 0.0,
            "ok": ok,
            "too_slow": 0.0,
            "no_answer": 0.5,
        }
        if said
        else None,
        "answers": {
            "lost": round(2 * lost, 2),
            "too_fast": 0.0,
            "ok": round(1 - 2 * lost, 2),
            "too_slow": 0.0,
        }
        if said
        else None,
        "coverage": "most" if seen else "",
        "unusual": False,
    }


def lesson(shares, **values):
    return figures_of(minute(pleased=share, **values) for share in shares)


CALM = [0.0, 0.05, 0.05, 0.1, 0.0, 0.05, 0.1, 0.15, 0.05, 0.0]
MERRY = [0.8, 0.7, 0.75, 0.85, 0.8, 0.9, 0.8, 0.7, 0.75, 0.8]


def test_figures_are_sums_of_what_was_released():
    found = figures_of(
        [
            minute(pleased=0.3),
            minute(pleased=0.5, size=25),
            minute(status="too_few", pulse_status="paused"),
            minute(status="off", lost=0.2),
        ]
    )

    assert found.minutes == 4
    assert found.of("expression", STATUSES) == [2, 1, 0, 0, 1]
    assert found.of("pulse", STATUSES) == [3, 0, 1, 0, 0]
    assert found.groups_pleased == pytest.approx(0.8)
    assert found.expression_size == 45
    assert found.pulse_lost == pytest.approx(0.4)
    assert found.answers_lost == pytest.approx(0.8)
    assert found.coverage_most == 2


@pytest.mark.django_db
def test_rows_and_their_values_have_the_same_figures():
    row = ClassMinuteFactory(released=True)
    names = (
        "status",
        "size",
        "groups_alone",
        "pulse_status",
        "pulse_size",
        "pulse",
    )

    values = {name: getattr(row, name) for name in (*names, "answers", "coverage")}

    assert figures_of([row]) == figures_of([{**values, "unusual": False}])


@pytest.mark.django_db
def test_a_minute_that_the_version_before_wrote_counts_too():
    row = ClassMinuteFactory(released=True)
    before = ClassMinuteFactory.build(
        released=True, session=row.session, groups_alone=None, groups_alone_band=None
    )

    assert figures_of([before]) == figures_of([row])


def test_noise_is_thought_new_only_where_the_rows_show_it():
    """Rows alike may have the same noise; sizes alike, the same group (decision 13)."""
    alike = lesson([0.3] * 10)
    other_answers = lesson(CALM[:4])  # two of them alike
    other_groups = total([lesson([0.1, 0.2], size=20), lesson([0.3], size=25)])

    of_class, of_group, of_answers = NOISE_PARTS
    assert alike.expression_noise == pytest.approx(10**2)
    assert other_answers.expression_noise == pytest.approx(
        16 * (of_class + of_group) + of_answers * (1 + 4 + 1), abs=0.01
    )
    assert other_groups.expression_noise == pytest.approx(
        4 * (of_class + of_group) + of_answers * 2 + 1, abs=0.01
    )


def test_figures_of_lessons_add_up():
    lessons = [lesson(CALM), lesson(MERRY), Figures()]

    both = total(lessons)

    for name in NAMES:
        each = [getattr(figures, name) for figures in lessons]
        assert getattr(both, name) == pytest.approx(sum(each))
    apart, together = span(lessons), span([both])
    assert apart.groups == together.groups
    assert apart.groups_band == together.groups_band


def test_a_span_shows_shares_in_steps():
    found = span([lesson(CALM)])

    for shares in (found.groups, found.pulse, found.answers):
        assert sum(shares.values()) == pytest.approx(1)
        assert all(
            share * 20 == pytest.approx(round(share * 20)) for share in shares.values()
        )
    for band in (found.groups_band, found.pulse_band, found.answers_band):
        assert all(0.05 <= width <= 0.5 for width in band.values())
    assert (found.minutes, found.with_expression, found.with_pulse) == (10, 10, 10)
    assert found.coverage == {"few": 0, "half": 0, "most": 1}


def test_it_is_no_average_of_rows():
    """Rows are drawn towards a usual class; many that say the same are not."""
    assert span([lesson(MERRY)]).groups["pleased"] > sum(MERRY) / len(MERRY)


def test_a_span_without_numbers_has_none():
    off = figures_of([minute(status="off"), minute(status="too_few")])

    found = span([off])

    assert (found.groups, found.groups_band) == (None, None)
    assert found.pulse is not None
    assert (found.minutes, found.with_expression, found.with_pulse) == (2, 0, 2)
    empty = span([])
    assert (empty.pulse, empty.minutes, empty.coverage) == (None, 0, {})


def test_many_lessons_are_known_better_but_never_exactly():
    one, many = span([lesson(CALM)]), span([lesson(CALM)] * 200)

    assert 0.05 <= many.pulse_band["lost"] <= one.pulse_band["lost"]
    assert 0.1 <= many.groups_band["calm"] <= one.groups_band["calm"]


def test_a_large_difference_is_told_and_none_is_not():
    calm, merry = span([lesson(CALM)]), span([lesson(MERRY)])

    there, nowhere = (
        difference(calm, merry),
        difference(calm, span([lesson(CALM[::-1])])),
    )

    assert there.told
    assert there.groups["pleased"].told
    assert there.groups["pleased"].by > there.groups["pleased"].band > 0
    assert there.groups["pleased"].by == pytest.approx(
        merry.groups["pleased"] - calm.groups["pleased"]
    )
    assert not nowhere.told
    assert {change.by for change in nowhere.groups.values()} == {0}


def test_a_difference_is_known_no_better_than_either_span():
    calm, merry = span([lesson(CALM)]), span([lesson(MERRY)])

    changes = difference(calm, merry).groups

    for name, change in changes.items():
        assert change.band >= max(calm.groups_band[name], merry.groups_band[name])


def test_what_one_of_both_does_not_know_is_not_compared():
    off = span([figures_of([minute(status="off")])])

    found = difference(off, span([lesson(CALM)]))

    assert found.groups is None
    assert found.pulse is not None


def test_a_tap_that_was_not_offered_has_no_share():
    """Rows of such a lesson show none of it; what is assumed of any class is none either."""
    found = span([lesson([0.3] * 3)])

    assert (found.pulse["too_slow"], found.answers["too_slow"]) == (0, 0)
    assert sum(found.pulse.values()) == pytest.approx(1)
