"""As many sockets as the system allows."""

import resource


def allow_many_sockets() -> None:
    """Use all the file handles that this process may have; 1,024 are soon gone."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
