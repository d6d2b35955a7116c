"""A lesson that is over in words and figures: those of its page, for files and reports."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from sessions_app.minutes.claims import NO_CLEAR_PICTURE
from sessions_app.minutes.looking_back import Figure, LookingBack, look_back
from sessions_app.models import ClassSession
from sessions_app.models.choices import own_words

Words = dict[str, Any]


def lesson_words(
    session: ClassSession, minutes: Sequence[dict[str, Any]]
) -> Words | None:
    """Heading, sentences and figures, on the reader's clock; None before the lesson's end.

    Args:
        session: The lesson.
        minutes: Its closed minutes in order, as the timeline shows them.
    """
    if not session.is_over:
        return None
    back = look_back(minutes, session.window_s, own_words(session.choices_stored))
    if back is None:
        return {
            "headline": gettext("No numbers from this lesson"),
            "sentences": [
                gettext(
                    "Too few students used a camera or the pulse in every minute. This "
                    "can have many reasons, and this report shows none of them."
                )
            ],
            "figures": [],
        }
    return {
        "headline": headline(session, back),
        "sentences": _sentences(back),
        "figures": [
            {"name": f.name, "value": f.value, "at": _at(f, first=not place)}
            for place, f in enumerate(back.figures)
        ],
    }


def headline(session: ClassSession, back: LookingBack) -> str:
    """How many minutes have numbers."""
    values = {"n": back.minutes, "known": back.with_numbers}
    if session.window_s == 60:
        counted = ngettext(
            "%(n)s minute, %(known)s with numbers.",
            "%(n)s minutes, %(known)s with numbers.",
            back.minutes,
        )
        return counted % values
    length = session.minutes_long or 0
    return ngettext(
        "%(length)s minute in %(n)s steps of %(seconds)s seconds, %(known)s with numbers.",
        "%(length)s minutes in %(n)s steps of %(seconds)s seconds, %(known)s with numbers.",
        length,
    ) % (values | {"length": length, "seconds": session.window_s})


def _sentences(back: LookingBack) -> list[str]:
    said = [str(back.mostly)] if back.mostly else []
    if back.stretch:
        said.append(
            gettext("%(what)s from %(start)s to %(end)s.")
            % {
                "what": back.stretch.words,
                "start": _clock(back.stretch.first.begins),
                "end": _clock(back.stretch.ends),
            }
        )
    return said or [str(NO_CLEAR_PICTURE)]


def _at(figure: Figure, *, first: bool) -> str:
    words = gettext("from %(time)s") if first else gettext("at %(time)s")
    return words % {"time": _clock(figure.at.begins)}


def _clock(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"
