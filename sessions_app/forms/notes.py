"""A teacher's note about a lesson."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions_app.forms.fields import TextField
from sessions_app.forms.text import only_line_breaks_hidden
from sessions_app.models.session import MAX_NOTE


class NoteForm(forms.Form):
    """What a teacher notes about a class of their own."""

    note = TextField(
        label=_("Your note"),
        help_text=_("Only you can read it. It is deleted together with the lesson."),
        required=False,
        max_length=MAX_NOTE,
        validators=[only_line_breaks_hidden],
        widget=forms.Textarea({"rows": 3}),
    )
