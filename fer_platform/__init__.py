"""Wiring only: settings, routing and the servers' entry points."""
