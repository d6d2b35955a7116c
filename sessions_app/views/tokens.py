"""API tokens of the member of staff who is logged in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from sessions_app.forms.tokens import TokenForm
from sessions_app.models import ApiToken
from sessions_app.services import tokens as services
from sessions_app.views.access import StaffRequest


@login_required
@never_cache
def tokens(request: StaffRequest) -> HttpResponse:
    """List them, and make one: it is shown in the answer to that and never again."""
    form, made = TokenForm(request.POST or None), ""
    if form.is_valid():
        values = dict(form.cleaned_data)
        made = services.issue(user=request.user, lasts=values.pop("days"), **values)
        form = TokenForm()
    mine = ApiToken.objects.filter(user=request.user)
    context = {"tokens": mine, "form": form, "made": made}
    return render(request, "api/tokens.html", context)
