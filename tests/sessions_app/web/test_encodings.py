"""A body is read as UTF-8, whatever the request says of its encoding."""

import zlib
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from sessions_app.models import Course
from tests.sessions_app.factories import PASSWORD

pytestmark = pytest.mark.django_db

URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "hex", "zlib", "nothing"])
@pytest.mark.parametrize("kind", [URLENCODED, MULTIPART_CONTENT])
def test_a_form_says_the_same_in_every_encoding(kind, charset, teacher, client):
    fields = {"username": teacher.email, "password": PASSWORD}
    forms = {
        URLENCODED: urlencode(fields).encode(),
        MULTIPART_CONTENT: encode_multipart(BOUNDARY, fields),
    }

    answer = client.generic(  # which encodes nothing itself
        "POST",
        reverse("login"),
        forms[kind],
        content_type=f"{kind}; charset={charset}",
    )

    assert answer.status_code == 302


@pytest.mark.parametrize("charset", ["zlib", "bz2"])
def test_no_body_is_unpacked(charset, teacher, program_of):
    """A megabyte could become gigabytes."""
    packed = zlib.compress(b'{"title": "Rings"}')

    answer = program_of(teacher).generic(
        "POST",
        reverse("api-course-list"),
        packed,
        content_type=f"application/json; charset={charset}",
    )

    assert answer.status_code == 400
    assert not Course.objects.exists()


A_FILE = 'Content-Disposition: form-data; name="a"; filename="b"'
MANY_FILES = f"--x\r\n{A_FILE}\r\n\r\nc\r\n" * 300 + "--x--"


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/api/v1/nowhere/", "/static/nothing.js", "/login/"]
)
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", ""),
        ("multipart/form-data; boundary=", "a"),
        (f"multipart/form-data; boundary={'-' * 5000}", ""),
        ("multipart/form-data; boundary=x", "a=1&b=2"),
        ("multipart/form-data; boundary=x", MANY_FILES),
    ],
    ids=["no boundary", "a blank one", "a long one", "no parts", "many files"],
)
def test_a_form_that_cannot_be_read_is_no_fault_of_the_servers(path, kind, body):
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.get(reverse("login"))  # with its cookie Django looks at the form

    answer = browser.generic("POST", path, body, content_type=kind)

    assert answer.status_code in ({400, 403} if path == "/login/" else {404})
