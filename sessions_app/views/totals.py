"""What an admin sees of all classes together."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sessions_app.forms.classes import HistoryForm
from sessions_app.selectors.history import session_history
from sessions_app.selectors.totals import history_totals
from sessions_app.services import audit
from sessions_app.web.access import StaffRequest, admin_required


@admin_required
@require_safe
def totals(request: StaffRequest) -> HttpResponse:
    form = HistoryForm(request.GET, user=request.user)
    filters = form.values()
    sessions = session_history(user=request.user, **filters)
    audit.looked_at("Totals of lessons", by=request.user)
    context = {
        "filter_form": form,
        "filtered": bool(filters),
        "totals": history_totals(sessions=sessions),
    }
    return render(request, "sessions/totals.html", context)
