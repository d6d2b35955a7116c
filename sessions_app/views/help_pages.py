"""The guides, as this version has them, and without another server."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sessions_app.web import guides


@require_safe
def help_page(request: HttpRequest, name: str) -> HttpResponse:
    try:
        guide = guides.guide(name)
    except LookupError as error:
        raise Http404 from error
    return render(request, "help.html", {"guide": guide, "name": name})
