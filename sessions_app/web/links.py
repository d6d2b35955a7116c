"""Whole addresses of pages, for people to click, copy and scan."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.urls import reverse

from sessions_app.models import ClassSession
from sessions_app.web.frames import PANELS

FILE_FORMS = ("csv", "xlsx", "json")


def shown_link(request: HttpRequest, path: str) -> str:
    """For a page: by the public address, or else by the one that was typed for it."""
    if settings.FER_PUBLIC_URL:
        return f"{settings.FER_PUBLIC_URL}{path}"
    return request.build_absolute_uri(path)


def start_address(request: HttpRequest) -> str:
    """The start page as one reads it to a room: a browser adds the https:// itself."""
    return shown_link(request, reverse("home")).split("://")[1].rstrip("/")


def mailed_link(request: HttpRequest, path: str) -> str:
    """For a mail: the person who asks for it must not choose where its link leads.

    So without a public address it is the first allowed host, at the usual port of HTTPS
    or at the port on which this process listens.
    """
    if settings.FER_PUBLIC_URL:
        return f"{settings.FER_PUBLIC_URL}{path}"
    host = _own_name(request)
    port = "" if request.is_secure() else f":{request.META['SERVER_PORT']}"
    return f"{request.scheme}://{host}{port}{path}"


def site_link(path: str) -> str:
    """For what is sent when nobody asks: the public address, or the first allowed host."""
    if settings.FER_PUBLIC_URL:
        return f"{settings.FER_PUBLIC_URL}{path}"
    scheme = "https" if getattr(settings, "FER_HTTPS", False) else "http"
    return f"{scheme}://{str(settings.ALLOWED_HOSTS[0]).lstrip('*.')}{path}"


def _own_name(request: HttpRequest) -> str:
    """The first allowed host; where that is a pattern, the one that was asked for."""
    first = str(settings.ALLOWED_HOSTS[0])
    if first.startswith(("*", ".")):
        return str(split_domain_port(request.get_host())[0])
    return first


def file_links(page: str, query: str, *args: Any) -> dict[str, str]:
    """Where what a page shows can be taken away, by the form of the file.

    Args:
        page: The name of its address, with which those of its files begin.
        query: Of its address.
        args: Of its address, too.
    """
    return {
        form: f"{reverse(f'{page}-{form}', args=args)}?{query}" for form in FILE_FORMS
    }


def panel_frames(request: HttpRequest, **paths: str) -> dict[str, str]:
    """Markup of frames that show panels; none where no other site may show any.

    Args:
        request: For a page that lets somebody copy them.
        paths: Of panels, by whom they are for.
    """
    if not settings.FER_FRAME_ORIGINS:
        return {}
    frame = '<iframe src="{}" title="Classmood" width="360" height="640"></iframe>'
    return {who: frame.format(shown_link(request, path)) for who, path in paths.items()}


def dashboard_socket(session: ClassSession, *, in_panel: bool = False) -> str:
    """The path of the socket that tells staff of a class."""
    place = PANELS if in_panel else "/"
    return f"/ws{place}sessions/{session.pk}/dashboard/"
