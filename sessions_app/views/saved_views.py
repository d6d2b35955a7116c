"""Views of the totals that somebody keeps: filters under a name."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sessions_app.forms.history import SavedViewForm
from sessions_app.models import SavedView, User
from sessions_app.services import saved_views as services
from sessions_app.services.press import made_before, once
from sessions_app.services.saved_views import NotSaved
from sessions_app.views.press import press_of
from sessions_app.views.totals import totals_page
from sessions_app.web.access import StaffRequest


@login_required
@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Keep the filters that were sent; what is wrong is said on the page with these."""
    form = SavedViewForm(request.POST, user=request.user)
    press = press_of(request)
    if not made_before(press) and not _is_saved(form, press, request.user):
        return totals_page(request, QueryDict(form.data.get("query", "")), form)
    messages.success(request, _("The view is saved."))
    return redirect(f"{reverse('totals')}?{request.POST.get('query', '')}")


def _is_saved(form: SavedViewForm, press: str, user: User) -> bool:
    if not form.is_valid():
        return False
    try:
        once(press, partial(_made, user, form.cleaned_data))
    except NotSaved as error:
        form.add_error("name", str(error))
        return False
    return True


def _made(user: User, values: dict[str, str]) -> str:
    return str(services.save(user=user, **values).pk)


@login_required
@require_POST
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a view of one's own go; those of others are not there."""
    view = get_object_or_404(SavedView, user=request.user, pk=pk)
    services.delete(view=view)
    messages.success(request, _("“%(title)s” has been deleted.") % {"title": view})
    return redirect("totals")
