"""Text that is what it looks like."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from sessions_app.models.text import can_be_seen

# Control characters, and the invisible ones that turn a line around or break it. The
# joiners U+200C and U+200D stay: Persian, Hindi and many emoji are written with them.
HIDDEN = (
    "\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff"
)
no_hidden_characters = RegexValidator(
    f"[{HIDDEN}]",
    _(
        "Some characters here are invisible, such as line breaks or direction marks. "
        "Type the text again without them."
    ),
    code="hidden_characters",
    inverse_match=True,
)
# In a text of several lines, tabs and line breaks are no surprise.
only_line_breaks_hidden = RegexValidator(
    rf"(?![\t\n\r])[{HIDDEN}]",
    _(
        "Some characters here are invisible, such as direction marks. "
        "Type the text again without them."
    ),
    code="hidden_characters",
    inverse_match=True,
)


def something_to_see(text: str) -> None:
    """Refuse a text made of spaces, joiners or marks without a letter, which shows as nothing.

    Raises:
        ValidationError: With a sentence for people.
    """
    if not can_be_seen(text):
        raise ValidationError(
            _("Nothing of this text can be seen. Type letters or signs."),
            code="nothing_to_see",
        )
