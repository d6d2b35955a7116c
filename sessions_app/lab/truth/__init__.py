"""How true is what a teacher reads? Play classes through the shipped release and count.

`worlds` says what classes show, `faces` how the network scores it, `playing` releases
their minutes, `minutes` and `changes` count what was said and what was true, `report`
gathers it and `tables` shows it. Simulated people only.
"""
