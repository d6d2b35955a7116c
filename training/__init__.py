"""Trains, measures and ships the emotion networks: `python -m training`."""
