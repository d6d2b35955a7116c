"""Pages for everyone, and the page for each way to be turned away."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django_ratelimit.exceptions import Ratelimited

from sessions_app.forms.join import CodeForm


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("session-list")
    return render(request, "home.html", {"form": CodeForm()})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy.html")


def forbidden(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    """Handler of every 403; too many requests arrive here too, and get their own."""
    status = 429 if isinstance(exception, Ratelimited) else 403
    return render(request, f"{status}.html", status=status)


def forgery(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its CSRF token: the browser refuses cookies, or a trick."""
    return render(request, "403.html", {"cookies_refused": True}, status=403)
