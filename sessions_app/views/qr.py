"""A link as a QR code; white behind it, so that dark pages scan too."""

import io

import segno
from django.http import HttpResponse


def qr_picture(link: str) -> HttpResponse:
    picture = io.BytesIO()
    code = segno.make(link, error="m", micro=False)
    code.save(picture, kind="svg", scale=8, border=4, light="white")
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")
