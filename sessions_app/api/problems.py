"""Errors as problem details (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    NotAuthenticated,
    NotFound,
    ParseError,
    PermissionDenied,
    Throttled,
    ValidationError,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from sessions_app.models import is_deleted_meanwhile
from sessions_app.services.courses import CourseExists, CourseInUse
from sessions_app.services.plan_times import BadPlan
from sessions_app.services.saved_views import NotSaved
from sessions_app.services.sessions import WrongState
from sessions_app.web.busy import DATABASE_AWAY, DATABASE_BACK_S, is_busy

MEDIA_TYPE = "application/problem+json"


# Raised before the framework counts the request.
_BEFORE_LIMITS = (AuthenticationFailed, NotAuthenticated, PermissionDenied)


class Conflict(APIException):
    """What was asked does not fit the state that the thing is in."""

    status_code = HTTPStatus.CONFLICT


class Busy(APIException):
    """The database is busy or away; the same call may do in some seconds."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE


class ApiNotFound(APIView):
    """Every address that the API does not have."""

    permission_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer with a problem; None for an error nobody foresaw, which Django reports."""
    if isinstance(error, (BadPlan, CourseExists, CourseInUse, NotSaved, WrongState)):
        error = Conflict(str(error))
    if is_deleted_meanwhile(error):
        error = NotFound()
    if is_busy(error):
        error = Busy(str(DATABASE_AWAY))
    if isinstance(error, RecursionError):  # of the body's reader
        error = ParseError("This JSON is nested too deeply. Send a flat object.")
    if isinstance(error, _BEFORE_LIMITS):
        error = _counted(error, context)
    response = exception_handler(error, context)
    if response is None:
        return None
    status = HTTPStatus(response.status_code)
    problem: dict[str, Any] = {"title": status.phrase, "status": status.value}
    if isinstance(error, ValidationError):
        problem["detail"] = "Some values are not right; `errors` names them."
        problem["errors"] = _flat(response.data)
    else:
        problem["detail"] = str(response.data["detail"])
    response.data, response.content_type = problem, MEDIA_TYPE
    if isinstance(error, Busy):
        response["Retry-After"] = str(DATABASE_BACK_S)
    return response


def _counted(refusal: APIException, context: dict[str, Any]) -> APIException:
    """Count a refused request like any other; too many get another answer."""
    try:
        context["view"].check_throttles(context["request"])
    except Throttled as too_many:
        return too_many
    return refusal


def _flat(errors: Any) -> list[dict[str, str]]:
    """Each complaint with the field it is about; blank where it is about all."""
    if isinstance(errors, list):
        errors = {"": errors}
    return [
        {"field": "" if field == "non_field_errors" else field, "detail": str(detail)}
        for field, details in errors.items()
        for detail in details
    ]
