"""Settings: base for all; demo, production and test say what differs."""
