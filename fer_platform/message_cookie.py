"""Messages for the next page, in a cookie whose name has the prefix of all others."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class MessageCookie(CookieStorage):
    cookie_name = f"{settings.FER_COOKIE_PREFIX}messages"
