"""Topics and marks: an agenda before a lesson, their names and times afterwards."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions_app import clock
from sessions_app.enums import MarkKind
from sessions_app.forms.fields import (
    A_SECOND,
    TO_THE_SECOND,
    AgendaField,
    MomentField,
)
from sessions_app.forms.meanwhile import ChangesAlone
from sessions_app.forms.text import no_hidden_characters, something_to_see
from sessions_app.models import ClassSession, Mark
from sessions_app.models.mark import MAX_REPLY, MAX_WORD


class AgendaForm(ChangesAlone):
    """The agenda alone, on the page of a lesson that is to come or runs."""

    agenda = AgendaField()

    def __init__(self, data: Any = None, *, session: ClassSession) -> None:
        super().__init__(data, initial={"agenda": session.agenda})
        self.keep_shown(self.fields)


def _reply() -> forms.CharField:
    return forms.CharField(
        label=_("Reply"),
        max_length=MAX_REPLY,
        validators=[no_hidden_characters],
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class MarkForm(ChangesAlone):
    """A topic's, a mark's or a reply's time and words, on the reader's clock."""

    at = MomentField(
        label=_("Time"),
        widget=forms.DateTimeInput(
            {"type": "datetime-local", "step": 1}, TO_THE_SECOND
        ),
    )
    word = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=MAX_WORD,
        validators=[no_hidden_characters],
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        session: ClassSession,
        kind: MarkKind,
        mark: Mark | None = None,
    ) -> None:
        place = str(mark.pk) if mark else f"new-{kind}"
        known = {"at": mark.at, "word": mark.word} if mark else {}
        super().__init__(data, auto_id=f"{place}-%s", initial=known)
        self.session, self.kind, self.mark, self.place = session, kind, mark, place
        at = self.fields["at"]
        assert isinstance(at, MomentField)
        at.near = mark.at.replace(microsecond=0) if mark else None
        at.begins, at.ends = session.started_at, session.ended_at or clock.now()
        if not mark and not session.is_over:
            at.required = False
            at.help_text = _("Left blank, it is now.")
        if kind == MarkKind.REPLY:
            self.fields["word"] = _reply()
        if kind != MarkKind.MOMENT:
            self.fields["word"].required = True
            self.fields["word"].validators.append(something_to_see)
        if mark:
            self.keep_shown(self.fields)

    def clean_at(self) -> dt.datetime | None:
        """None is now. The field has whole seconds: the first and the last one belong to the lesson."""
        at: dt.datetime | None = self.cleaned_data["at"]
        began, ended = self.session.started_at, self.session.ended_at
        if at is None:
            return None
        if began and at < began < at + A_SECOND:
            return began
        if ended and ended < at < ended + A_SECOND:
            return ended
        return at

    def values(self) -> dict[str, Any]:
        """What was changed."""
        return {
            n: value for n, value in self.changed().items() if n in self.changed_data
        }
