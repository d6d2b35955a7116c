"""Attackers who try to learn one student's expression from what a class publishes.

`signals` is what can be published about a class, `presence` who counts in it when, `sums`
what they add up to, `classes` plays such classes and publishes them, `attackers` reads
the publication and `trial` compares its guesses with those that need no student.
Simulated people only.
"""
