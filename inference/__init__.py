"""Frames in, expression scores out. Arrays and models; no Django, no people."""
