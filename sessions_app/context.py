"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    return {
        "demo": settings.FER_DEMO,
        "emotion_allowed": settings.FER_EMOTION_INFERENCE,
        "min_group": settings.FER_MIN_GROUP,
        "window_s": settings.FER_WINDOW_S,
    }
