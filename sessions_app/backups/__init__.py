"""One file with everything that is kept, and the way back, also into a newer version.

`archive` is the file, `versions` knows whether it can be taken over, `sqlite` and
`postgresql` copy their database and build the one that is restored aside; `restoring`
puts it in the place of the old one, which is kept (docs/decisions/0024).
"""
