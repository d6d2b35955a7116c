"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest

from sessions_app.models.policy import effective_policy
from sessions_app.web.help_links import help_link


def site(request: HttpRequest) -> dict[str, object]:
    policy = effective_policy()
    return {
        "demo": settings.FER_DEMO,
        "demo_page": policy.demo_page,
        "help_url": help_link(request),
        "emotion_allowed": policy.expression_allowed,
        "languages": settings.LANGUAGES,  # each by its own name
        "inference": policy.inference,
        "min_group": policy.min_group,
        "sessions_kept_days": policy.sessions_kept_days,
        "window_s": settings.FER_WINDOW_S,
    }
