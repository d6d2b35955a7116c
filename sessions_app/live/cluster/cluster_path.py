"""The live path of one web process of a cluster, assembled."""

from django.conf import settings

from inference.cluster.redis_client import FOR_LOOP, connect_async
from sessions_app.live.cluster.celery_executor import cluster_executor
from sessions_app.live.cluster.peers import Peers
from sessions_app.live.cluster.write_buffer import WriteBuffer
from sessions_app.live.executors import engine_is_needed
from sessions_app.live.pipeline import LivePath
from sessions_app.minutes.current_store import get_store


def cluster_live_path() -> LivePath:
    """Frames to workers, sums to the Redis that all web processes share.

    Raises:
        RedisAway: If that Redis does not answer.
    """
    live_redis = connect_async(settings.FER_LIVE_REDIS_URL, FOR_LOOP)
    buffer = WriteBuffer(live_redis)
    live = LivePath(
        executor=cluster_executor() if engine_is_needed() else None,
        store=get_store(),
        buffer=buffer,
        starts_alone=False,  # others were there before; `Peers` learns if nobody was
    )
    live.companions = [buffer.run, Peers(live, live_redis).run]
    return live
