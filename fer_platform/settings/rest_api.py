"""The API that programs use, and its schema."""

from fer_platform.environment import groups

_limits = groups.Limits.read()

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # First, since its challenge makes an unknown caller a 401.
        "sessions_app.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "sessions_app.api.permissions.WithinScope",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_METADATA_CLASS": None,  # the schema says more than OPTIONS would
    "DEFAULT_PAGINATION_CLASS": "sessions_app.api.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "sessions_app.api.throttling.StrangerThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": _limits.api_anonymous_rate,
        "user": _limits.api_rate,
    },
    "NUM_PROXIES": 0,  # the server has read the client's address already
    "EXCEPTION_HANDLER": "sessions_app.api.problems.handle",
}
KNOX_TOKEN_MODEL = "sessions_app.ApiToken"
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_PREFIX": "fer_"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Classmood API",
    "DESCRIPTION": "Courses, class sessions and the released minutes of a class. "
    "Never a person.",
    "VERSION": "1.0.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": False, "validatorUrl": None},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "sessions_app.api.schema.document",
    ],
    "ENUM_NAME_OVERRIDES": {
        "SessionState": "sessions_app.enums.SessionState",
        "MinuteStatus": "sessions_app.enums.MinuteStatus",
    },
}
