"""Where data is kept."""

from django.core.exceptions import ImproperlyConfigured
from pydantic import Field

from fer_platform.environment.kinds import PostgresAddress, RedisAddress
from fer_platform.environment.reading import SettingGroup


class Stores(SettingGroup):
    """Where data is kept"""

    sqlite: str = Field(
        "",
        description="The file of the database of one process; by default in FER_VAR.",
    )
    database_url: PostgresAddress = Field(
        "", description="A PostgreSQL in place of SQLite; a cluster needs one."
    )
    redis_url: RedisAddress = Field(
        "",
        description="Tasks and messages of a cluster (docs/operations.md). This and "
        "FER_LIVE_REDIS_URL together make it a cluster.",
    )
    live_redis_url: RedisAddress = Field(
        "",
        description="Camera pictures for seconds, and the open minutes. A Redis of its "
        "own that writes nothing to a disk.",
    )

    def address(self, name: str) -> str:
        """The address of FER_REDIS_URL or FER_LIVE_REDIS_URL, which must be there.

        Raises:
            ImproperlyConfigured: If it is not set.
        """
        named = {"FER_REDIS_URL": self.redis_url}
        named |= {"FER_LIVE_REDIS_URL": self.live_redis_url}
        if not named[name]:
            raise ImproperlyConfigured(f"{name} is not set; a cluster needs it.")
        return named[name]
