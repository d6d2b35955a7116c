"""The schema, its page, and what drf-spectacular cannot know by itself."""

from typing import Any

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from sessions_app.api.problems import MEDIA_TYPE

schema = SpectacularAPIView.as_view()
docs = SpectacularSwaggerSplitView.as_view(
    url_name="api-schema", template_name="api/docs.html"
)


class TokenScheme(KnoxTokenScheme):  # type: ignore[no-untyped-call]
    """Found by its class alone; describes the header that a token travels in."""

    target_class = "sessions_app.api.authentication.TokenAuthentication"
    name = "token"


_TEXT = {"type": "string"}
_PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": _TEXT, "detail": _TEXT},
            },
        },
    },
}
# Without these the page makes up texts from a pattern that nobody would write.
_EXAMPLES = {"title": "Algebra", "term": "Autumn", "teacher": "Ada Lovelace"}


def document(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the problem to every operation, and examples; drf-spectacular calls this."""
    for described in result["components"]["schemas"].values():
        fields = described.get("properties", {})
        for name in _EXAMPLES.keys() & fields.keys():
            fields[name]["example"] = _EXAMPLES[name]
    result["components"]["schemas"]["Problem"] = _PROBLEM
    answer = {
        "description": "A problem",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"]["4XX"] = answer
    return result
