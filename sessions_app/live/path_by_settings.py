"""The live path that the settings describe."""

from django.conf import settings

from sessions_app.live.executors import engine_is_needed
from sessions_app.live.pipeline import LivePath
from sessions_app.live.pool_executor import PoolExecutor, default_pool_size


def live_path_by_settings() -> LivePath:
    """The live path of this process; a cluster's parts are loaded in a cluster alone.

    Raises:
        RedisAway: If a cluster's Redis of the open minutes does not answer.
    """
    if settings.FER_CLUSTER:
        from sessions_app.live.cluster import cluster_path  # noqa: PLC0415 -- as said

        return cluster_path.cluster_live_path()
    return _local_live_path()


def _local_live_path() -> LivePath:
    """The live path of a platform that runs as one process."""
    if not engine_is_needed():
        return LivePath(executor=None)
    return LivePath(
        executor=PoolExecutor(
            size=settings.FER_POOL_SIZE or default_pool_size(),
            config=settings.FER_ENGINE,
        )
    )
