"""Forms about what several people change: a page of before takes nobody's decision back."""

from collections.abc import Collection
from typing import Any

from django import forms


class ChangesAlone(forms.Form):
    """Its page carries what it showed, so that what was left as it was stays as it is by now.

    Somebody else may have changed that since the page was opened, as another admin who
    declared where the school is.
    """

    def keep_shown(self, names: Collection[str]) -> None:
        """Let the page carry what these fields show, unless it was sent without."""
        sent_without = self.is_bound and not any(
            self.add_initial_prefix(name) in self.data for name in names
        )
        for name in () if sent_without else names:
            self.fields[name].show_hidden_initial = True

    def changed(self) -> dict[str, Any]:
        """The checked fields that somebody changed; all of a page that carried nothing."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in self.changed_data or not self.fields[name].show_hidden_initial
        }
