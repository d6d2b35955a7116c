"""A body is read as UTF-8, whatever the request says of its encoding."""

import zlib
from urllib.parse import urlencode

import pytest
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
