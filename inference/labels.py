"""The expression classes, in FER2013's order, which every model output follows."""

EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")

# What every class is shown in, and small classes alone: of few students three numbers
# can be told, seven hardly.
GROUPS = {
    "pleased": ("happy", "surprise"),
    "calm": ("neutral",),
    "strained": ("angry", "disgust", "fear", "sad"),
}
