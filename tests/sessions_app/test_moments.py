"""Times as pages write them: on the reader's clock, in the reader's language."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from django.utils.html import strip_tags

from sessions_app.models import ClassSession

AT = dt.datetime(2026, 11, 3, 20, 5, 7, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(minutes=45)
WRITTEN = {  # the same as browsers write them: tests/e2e/test_every_language.py
    "en-gb": "3 Nov 2026, 21:05",
    "de": "03.11.2026, 21:05",
    "es": "3 nov 2026, 21:05",
    "fr": "3 nov. 2026, 21:05",
    "hi": "3 नव॰ 2026, 9:05 pm",
    "ar": "03\u200f/11\u200f/2026، 9:05 م",
}


def written(template, **context):
    with timezone.override(ZoneInfo("Europe/Berlin")):
        return Template(template).render(Context(context))


@pytest.mark.parametrize("language", WRITTEN)
def test_a_moment_is_written_in_the_reader_s_language(language):
    with translation.override(language):
        assert written("{{ at|day_and_time }}", at=AT) == WRITTEN[language]


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{{ at|day }}", "3 Nov 2026"),
        ("{{ at|time_of_day }}", "21:05"),
        ("{% from_to at None 60 %}", "21:05"),
        ("{% from_to at None 10 %}", "21:05:07"),
        ("{% from_to at later 60 %}", "21:05 to 21:50"),
    ],
)
def test_days_times_and_stretches(template, told):
    assert shown(written(template, at=AT, later=LATER)) == told


@pytest.mark.parametrize(
    ("lesson", "told"),
    [
        ({"created_at": AT}, "created 3 Nov 2026, 21:05"),
        ({"planned_at": AT}, "planned for 3 Nov 2026, 21:05"),
        (
            {"planned_at": AT, "planned_end_at": LATER},
            "planned for 3 Nov 2026, 21:05 to 21:50",
        ),
        ({"planned_at": LATER, "started_at": AT}, "3 Nov 2026, 21:05"),
        ({"started_at": AT, "ended_at": LATER}, "3 Nov 2026, 21:05 to 21:50"),
    ],
    ids=["created", "planned", "planned to end", "runs", "is over"],
)
def test_when_a_lesson_is(lesson, told):
    html = written("{% when session %}", session=ClassSession(**lesson))

    assert shown(html) == told
    assert 'datetime="2026-11-03T21:05:07+01:00"' in html


def shown(html):
    return strip_tags(html)
