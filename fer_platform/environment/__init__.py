"""The settings: every FER_ variable of the environment, declared and read here alone."""
