"""How a person chooses a new password."""

import re

from django.urls import reverse

NEW = "a fresh long phrase"


def choose_password(client, teacher, mailoutbox):
    """Ask for the mail, follow its link, choose NEW."""
    client.post(reverse("password_reset"), {"email": teacher.email})
    [mail] = mailoutbox
    link = re.search(r"http://testserver(/password-reset/\S+)", mail.body)[1]
    form = client.get(link, follow=True)
    return client.post(
        form.request["PATH_INFO"], {"new_password1": NEW, "new_password2": NEW}
    )
