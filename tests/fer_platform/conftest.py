"""Two Redis and a worker, which the tests of one module share."""

from tests.celery_worker import shared_worker, worker  # noqa: F401
from tests.redis_server import servers  # noqa: F401
