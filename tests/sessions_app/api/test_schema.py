"""The schema describes every address of the API."""

import re

from sessions_app.api.urls import urlpatterns
from tests.sessions_app.api.schema import schema


def test_every_address_is_described_with_each_of_its_methods():
    """So that those of `test_schema_holds.py` send something to all of them."""
    described = {
        (path, method)
        for path, operations in schema.raw_schema["paths"].items()
        for method in operations
    }

    answered = {
        (f"/api/v1/{re.sub('<.*?(pk|[a-z]+)>', in_braces, str(url.pattern))}", method)
        for url in urlpatterns
        for method in methods_of(url.callback)
    }

    itself = {("/api/v1/schema/", "get"), ("/api/v1/docs/", "get")}
    assert answered - described == itself
    assert described - answered == set()


def in_braces(parameter):
    return "{id}" if parameter[1] == "pk" else f"{{{parameter[1]}}}"


def methods_of(view):
    known = ("get", "post", "put", "patch", "delete")
    answers = getattr(view, "actions", None) or dir(view.cls)
    return [method for method in known if method in answers]
