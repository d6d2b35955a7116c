"""A browser without a screen: cookies, forms and their CSRF tokens, over real HTTP."""

import re

import httpx

from sessions_app.services.demo_accounts import ACCOUNTS, PASSWORD

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
TEACHER, ADMIN = (email for email, *_ in ACCOUNTS)


class Browser(httpx.Client):
    def __init__(self, url, **options):
        super().__init__(base_url=url, timeout=120, **options)

    def hidden(self, path):
        """The hidden fields of a page's forms, the CSRF token among them."""
        return dict(_FIELD.findall(self.get(path, follow_redirects=True).text))

    def submit(self, path, page=None, **fields):
        """Send the form of a page as that page would."""
        hidden = self.hidden(page or path)
        return self.post(path, data=hidden | fields, follow_redirects=True)

    def log_in(self, email):
        answer = self.submit("/login/", username=email, password=PASSWORD)
        assert answer.url.path == "/"
        return self
