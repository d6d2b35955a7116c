"""People, classes and pages; the live path from a frame to the class mood."""
