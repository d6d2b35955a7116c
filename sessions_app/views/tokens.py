"""API tokens of the member of staff who is logged in."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from knox.settings import CONSTANTS

from sessions_app.forms.tokens import TokenForm
from sessions_app.models import ApiToken
from sessions_app.services import tokens as services
from sessions_app.services.press import once
from sessions_app.views.press import press_of
from sessions_app.web.access import StaffRequest
from sessions_app.web.requests import require_get_or_post


@require_get_or_post
@login_required
def tokens(request: StaffRequest) -> HttpResponse:
    """List them, and make one: it is shown in the answer to that and never again."""
    form, made = TokenForm(request.POST or None), ""
    if form.is_valid():
        values = dict(form.cleaned_data)
        made = _issued(request, lasts=values.pop("days"), **values)
        form = TokenForm()
    mine = ApiToken.objects.filter(user=request.user)
    context = {"tokens": mine, "form": form, "made": made}
    return render(request, "api/tokens.html", context)


def _issued(request: StaffRequest, **values: Any) -> str:
    """Make a token; a second press of the same form makes another in its place.

    The first one was in an answer that is not on the screen any more.
    """
    shown: list[str] = []

    def make() -> str:
        shown.append(services.issue(user=request.user, **values))
        return shown[-1][: CONSTANTS.TOKEN_KEY_LENGTH]

    def again(token_key: str) -> str:
        services.revoke(user=request.user, by=request.user, token_key=token_key)
        return make()

    once(press_of(request), make, again)
    return shown[-1]
