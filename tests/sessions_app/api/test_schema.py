"""What the schema promises holds for requests that nobody thought of."""

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
)

from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("unhurried", "kept_connection"),
]

bounded = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


schema = schemathesis.openapi.from_wsgi(
    "/api/v1/schema/?format=json", get_wsgi_application()
)


@pytest.fixture
def header(teacher, token_of):
    return {"Authorization": f"Bearer {token_of(teacher)}"}


@pytest.fixture
def own(teacher):
    """Ids of things that the caller owns, by method and collection."""
    course, draft = CourseFactory(teacher=teacher), ClassSessionFactory(teacher=teacher)
    ended = ClassSessionFactory(teacher=teacher, ended=True, course=course)
    ClassMinuteFactory(session=ended, released=True)
    ClassMinuteFactory(session=ended)

    def of(case):
        if "/courses/" in case.path:
            return course.pk
        return ended.pk if case.method == "GET" else draft.pk

    return of


@schema.parametrize()
@bounded
def test_no_request_breaks_a_promise(case, header):
    # No schema can say which courses are the caller's own.
    to_own = case.operation.label == "POST /api/v1/sessions/"
    excluded = [positive_data_acceptance] if to_own else []

    case.call_and_validate(headers=header, excluded_checks=excluded)


@schema.include(path_regex=r"{id}").parametrize()
@bounded
def test_no_request_about_what_exists_breaks_a_promise(case, header, own):
    case.path_parameters = {**case.path_parameters, "id": str(own(case))}

    # The generated id, which may have been the bad part, is gone.
    case.call_and_validate(headers=header, excluded_checks=[negative_data_rejection])
