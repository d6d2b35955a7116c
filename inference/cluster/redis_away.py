"""The one error where a Redis of a cluster does not answer; knows no Redis itself."""


class RedisAway(RuntimeError):
    """A Redis does not answer; the text says which, without its password."""
