"""The admin's policy, the papers that follow from it, and the audit."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sessions_app.enums import Jurisdiction, Purpose
from sessions_app.forms.policy import AuditForm, PlaceForm, PolicyForm
from sessions_app.models import Policy
from sessions_app.models.law import PLACES
from sessions_app.models.policy import effective_policy
from sessions_app.selectors.attack_figures import learnt, most_added_by_spans
from sessions_app.selectors.audit import audit_trail
from sessions_app.selectors.policy import (
    changes_by,
    courses_without_age,
    processing,
    violations,
)
from sessions_app.services import audit as audit_services
from sessions_app.services import policy as services
from sessions_app.web.access import StaffRequest, admin_required
from sessions_app.web.requests import require_get_or_post

PAGE_SIZE = 50


@require_get_or_post
@admin_required
def policy(request: StaffRequest) -> HttpResponse:
    instance, preview = Policy.decided_or_default(), _previewed(request)
    filled = instance.within(preview) if preview else None
    form = PolicyForm(request.POST or None, instance=instance, initial=filled)
    if form.is_valid():
        services.change(by=request.user, **form.changed())
        messages.success(
            request, _("The policy is saved. It applies everywhere within two seconds.")
        )
        return redirect("policy")
    place = effective_policy().place
    context = {
        "form": form,
        "place_is_old": place is not None and place.is_old(timezone.localdate()),
        "place_form": PlaceForm(initial={"place": preview or instance.jurisdiction}),
        "preview": preview and _preview(preview),
        "violations": violations(now=timezone.now()),
        "learnt": {purpose.value: learnt(purpose) for purpose in Purpose},
        "spans_add": most_added_by_spans(),
        **processing(),
    }
    return render(request, "policy/policy.html", context)


def _previewed(request: StaffRequest) -> Jurisdiction | None:
    """The place whose rules an admin wants to see first; what is no place is none."""
    form = PlaceForm(request.GET)
    return Jurisdiction(form.cleaned_data["place"]) if form.is_valid() else None


def _preview(jurisdiction: Jurisdiction) -> dict[str, object]:
    return {
        "jurisdiction": jurisdiction,
        "place": PLACES[jurisdiction],
        "changes": changes_by(jurisdiction),
        "courses": courses_without_age(),
        "is_old": PLACES[jurisdiction].is_old(timezone.localdate()),
    }


@admin_required
@require_safe
def processor(request: StaffRequest) -> HttpResponse:
    return render(request, "policy/processor.html", processing())


@admin_required
@require_safe
def records(request: StaffRequest) -> HttpResponse:
    return render(request, "policy/records.html", processing())


@admin_required
@require_safe
def assessment(request: StaffRequest) -> HttpResponse:
    return render(request, "policy/assessment.html", processing())


@admin_required
@require_safe
def audit(request: StaffRequest) -> HttpResponse:
    form = AuditForm(request.GET)
    asked = form.values()
    filters = ", ".join(f"{name} {value}" for name, value in asked.items())
    audit_services.looked_at(
        f"Audit{f': {filters}' if filters else ''}", by=request.user
    )
    trail = audit_trail(**asked)
    page = Paginator(trail, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"filter_form": form, "page_obj": page}
    return render(request, "policy/audit.html", context)
