"""The expression classes, in FER2013's order, which every model output follows."""

EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
