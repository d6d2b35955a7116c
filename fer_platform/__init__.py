"""Wiring only: settings, routing and the servers' entry points."""

__version__ = "0.1.0"  # as in pyproject.toml
