from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsAppConfig(AppConfig):
    name = "sessions_app"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Lessons")

    def ready(self) -> None:
        """Listen for log-ins, which Django and axes tell of by signals alone.

        And for the end of lessons; and register the checks.
        """
        import sessions_app.checks  # noqa: PLC0415 -- models are loaded
        import sessions_app.services.failed_log_ins  # noqa: PLC0415 -- the same
        import sessions_app.services.log_ins  # noqa: PLC0415 -- the same
        import sessions_app.services.webhooks  # noqa: F401, PLC0415 -- the same
