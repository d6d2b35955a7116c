"""What the platform says to other servers."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fer_platform.environment.kinds import Names, Rate, Seconds, Values
from fer_platform.environment.reading import SettingGroup

_THIS_HOST = {"localhost", "127.0.0.1", "::1"}


class Mail(SettingGroup):
    """Mail: invitations, new passwords, digests"""

    email_backend: str = Field(
        "django.core.mail.backends.console.EmailBackend",
        description="The Django class that sends mail. Production refuses those that "
        "write to a log or a disk.",
    )
    email_host: str = Field(
        "localhost",
        description="The mail server. `manage.py mail_test ADDRESS` tries it out.",
    )
    email_port: int = Field(
        25, ge=1, le=65535, description="Its port: usually 587, or 465 for `tls`."
    )
    email_security: Literal["none", "starttls", "tls"] = Field(
        "none",
        description="Encryption on the way to the mail server, whose certificate is "
        "always checked: `starttls` after a greeting, `tls` from the first byte.",
    )
    email_user: str = Field(
        "", description="The log-in at the mail server, if it asks."
    )
    email_password: Annotated[str, Values("the password")] = Field(
        "", description="Its password; better in FER_EMAIL_PASSWORD_FILE."
    )
    email_timeout_s: Seconds = Field(
        10,
        ge=1,
        le=120,
        description="How long the mail server may take for each of its answers.",
    )
    email_from: str = Field("noreply@localhost", description="The sender.")
    mail_rate: Rate = Field("5/h", description="How many mails one mailbox gets.")

    @model_validator(mode="after")
    def _can_log_in(self) -> Self:
        if bool(self.email_user) != bool(self.email_password):
            raise ValueError(
                "FER_EMAIL_USER and FER_EMAIL_PASSWORD belong together: set both, or "
                "neither for a mail server that asks for no log-in."
            )
        if not (self.email_user + self.email_password).isascii():
            raise ValueError(
                "FER_EMAIL_USER or FER_EMAIL_PASSWORD has a letter outside ASCII, which "
                "cannot be sent to a mail server. Choose another password there."
            )
        readable = self.email_security == "none" and self.email_host not in _THIS_HOST
        if self.email_password and readable:
            raise ValueError(
                "FER_EMAIL_PASSWORD would travel unencrypted. Set FER_EMAIL_SECURITY to "
                "starttls (usually port 587) or tls (465)."
            )
        return self


class Webhooks(SettingGroup):
    """Webhooks, docs/operations.md"""

    webhook_private_hosts: Names = Field(
        [],
        description="Hosts inside the school that webhooks may call, and learning platforms "
        "whose keys are read: by http, too, and although their addresses are private. All "
        "others must be public.",
    )
