"""The API's schema, as a program reads it."""

import schemathesis
from django.core.wsgi import get_wsgi_application

schema = schemathesis.openapi.from_wsgi(
    "/api/v1/schema/?format=json", get_wsgi_application()
)
