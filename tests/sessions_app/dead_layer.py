"""A channel layer that is as bad as one can be: it takes every message and loses it."""

from channels.layers import InMemoryChannelLayer


class DeadLayer(InMemoryChannelLayer):
    async def send(self, channel, message):
        pass

    async def group_send(self, group, message):
        pass
