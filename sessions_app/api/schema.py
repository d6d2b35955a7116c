"""The schema, its page, and what drf-spectacular cannot know by itself."""

import threading
from typing import Any

from django.utils.translation import get_language
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from sessions_app.api.problems import MEDIA_TYPE


class OnceGenerator(SchemaGenerator):
    """Works out the schema once for each language that pages have, for everybody.

    It takes a second of a core, and a stranger may ask. Two threads at once are too many for
    the library, which makes itself ready at the first request.
    """

    _lock = threading.Lock()
    _made: dict[str | None, dict[str, Any]] = {}

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        with self._lock:
            language = get_language()
            if language not in self._made:
                made = super().get_schema(request, public)  # type: ignore[no-untyped-call]
                self._made[language] = made
            return self._made[language]


class SchemaView(SpectacularAPIView):
    generator_class = OnceGenerator

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """In the language of the page; the library would take any word for one."""
        answer: Response = self._get_schema_response(request)  # type: ignore[no-untyped-call]
        return answer


schema = SchemaView.as_view(schema=None)
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
