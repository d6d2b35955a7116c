"""Colours and textures of labels on paper: those of the pages (static/css/tokens.css).

A test compares both with the style sheet and static/js/charts/textures.js.
"""

COLOURS = {
    "happy": "#c08a00",
    "surprise": "#a5338f",
    "neutral": "#8c969f",
    "sad": "#2b7bd0",
    "fear": "#3e2f86",
    "disgust": "#0a6b52",
    "angry": "#d54e2a",
    "pleased": "#c08a00",
    "calm": "#8c969f",
    "strained": "#2b7bd0",
    "lost": "#a5338f",
    "too_fast": "#d54e2a",
    "ok": "#0a6b52",
    "too_slow": "#2b7bd0",
    "no_answer": "#8c969f",
    "hidden-minute": "#dfe6e7",
    "paused-minute": "#e9efef",
    "interrupted-minute": "#f6e7df",
}
TEXTURES = {
    "happy": "none",
    "surprise": "dots",
    "neutral": "level",
    "sad": "rising",
    "fear": "crossed",
    "disgust": "falling",
    "angry": "upright",
    "pleased": "none",
    "calm": "level",
    "strained": "rising",
    "lost": "dots",
    "too_fast": "rising",
    "ok": "none",
    "too_slow": "level",
    "no_answer": "falling",
}
_LINES = {  # in a tile of 8 x 8; they run past its edges so that tiles join
    "level": "M-1 4H9",
    "upright": "M4 -1V9",
    "rising": "M-2 10L10 -2M-2 2L2 -2M6 10L10 6",
    "falling": "M-2 -2L10 10M6 -2L10 2M-2 6L2 10",
    "crossed": "M-1 4H9M4 -1V9",
}
_WHITE = '"#ffffff"'


def tile(texture: str) -> str:
    """What a pattern of 8 x 8 pixels holds, in half transparent white."""
    if texture == "dots":
        return "".join(
            f'<circle cx="{at}" cy="{at}" r="1.15" fill={_WHITE} fill-opacity="0.42"/>'
            for at in (2, 6)
        )
    return (
        f'<path d="{_LINES[texture]}" stroke={_WHITE} stroke-opacity="0.42" '
        'stroke-width="1.3" fill="none"/>'
    )


def swatch(label: str) -> str:
    """A label's colour and texture as a small picture, for a legend."""
    texture = TEXTURES[label]
    lines = "" if texture == "none" else tile(texture)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">'
        f'<rect class="fill-{label}" width="8" height="8" fill="{COLOURS[label]}"/>'
        f"{lines}</svg>"
    )
