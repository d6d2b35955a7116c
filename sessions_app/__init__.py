"""People, classes and pages; the live path from a still to the class mood."""
