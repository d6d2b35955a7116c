"""What is kept about me? A student's own page; the browser's cookie opens it."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sessions_app.models import Participant
from sessions_app.selectors.my_data import consent_receipt
from sessions_app.selectors.my_data import my_data as all_about
from sessions_app.web.access import participants_only


@require_safe
@participants_only
def my_data(request: HttpRequest, participant: Participant) -> HttpResponse:
    code = participant.session.join_code
    context = {
        "session": participant.session,
        "participant": participant,
        "consents": participant.consents.order_by("-pk"),
        **asdict(participant.session.promise),
        "export_url": reverse("join-my-data-export", args=[code]),
        "receipt_url": reverse("join-my-data-receipt", args=[code]),
        "leave_url": reverse("join-leave", args=[code]),
    }
    return render(request, "join/my_data.html", context)


@require_safe
@participants_only
def export(request: HttpRequest, participant: Participant) -> HttpResponse:
    return _file("my-data.json", all_about(participant))


@require_safe
@participants_only
def receipt(request: HttpRequest, participant: Participant) -> HttpResponse:
    return _file("receipt.json", consent_receipt(participant))


def _file(name: str, content: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(
        content, json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
