"""Tokens of links that show who reads the mail of an account; none of them is kept."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator


class MailboxLinks(PasswordResetTokenGenerator):
    """Django's for new passwords, of another kind: they end with the next log-in, too."""

    key_salt = "sessions_app.mailbox_links"


mailbox_links = MailboxLinks()
