"""Colleagues in a course, and their rights."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions_app.forms.meanwhile import ChangesAlone

_RUN = _("Run lessons")
_RUN_HELP = _("Create, edit, start, pause and end them, and mark moments.")
_DELETE = _("Delete lessons")
_DELETE_HELP = _("With all their numbers, for good.")


class RightsForm(ChangesAlone):
    """What a co-teacher may do beside seeing the lessons."""

    may_run = forms.BooleanField(label=_RUN, required=False)
    may_delete = forms.BooleanField(label=_DELETE, required=False)


class CoTeacherForm(RightsForm):
    """Whom to add, by an address that one knows."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Of a colleague who has an account here."),
        max_length=254,
    )
    may_run = forms.BooleanField(
        label=_RUN, help_text=_RUN_HELP, required=False, initial=True
    )
    may_delete = forms.BooleanField(
        label=_DELETE, help_text=_DELETE_HELP, required=False
    )
    field_order = ["email", "may_run", "may_delete"]
