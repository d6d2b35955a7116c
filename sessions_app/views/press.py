"""Which press of a form's button a request is."""

from sessions_app.services.press import digest_of
from sessions_app.web.access import StaffRequest

_ABOUT_THE_FORM = {"once", "csrfmiddlewaretoken"}


def press_of(request: StaffRequest) -> str:
    """The digest of a form that was sent; blank where its page gave it no key."""
    fields = (
        field for field in request.POST.lists() if field[0] not in _ABOUT_THE_FORM
    )
    key = request.POST.get("once", "")
    return digest_of(
        by=request.user, where=request.path, key=key, sent=repr(sorted(fields))
    )
