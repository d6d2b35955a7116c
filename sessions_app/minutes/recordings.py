"""From a moment of a lesson to the same moment of its recording."""

import re
from typing import TypedDict
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

# Players that begin where `t` in an address says: as 1h2m3s in the query, or in the fragment
# (W3C Media Fragments, which browsers follow in files that they play themselves).
_IN_QUERY = re.compile(r"(?:(?:www|m|music)\.)?youtube\.com|youtu\.be", re.IGNORECASE)
_BIGBLUEBUTTON = re.compile(r"/playback/(?:presentation|video)/")
_VIMEO = re.compile(r"(?:www\.|player\.)?vimeo\.com", re.IGNORECASE)
_FILE = re.compile(r"\.(?:mp4|m4v|webm|ogv|ogg|mov|mp3|m4a|oga|wav)\Z", re.IGNORECASE)


class Place(TypedDict):
    """A place in a recording."""

    time: str  # as players show it
    link: str  # blank where the address is of no kind that can begin at a time


def place_in(url: str, seconds: int) -> Place | None:
    """Where a recording is `seconds` after its beginning; None without one, or before it.

    >>> place_in("https://youtu.be/abc", 3750)
    {'time': '1:02:30', 'link': 'https://youtu.be/abc?t=1h2m30s'}
    """
    if not url or seconds < 0:
        return None
    return {"time": clock_words(seconds), "link": _link(url, seconds)}


def clock_words(seconds: int) -> str:
    """Seconds as players show them.

    >>> clock_words(150), clock_words(3750), clock_words(-45)
    ('2:30', '1:02:30', '-0:45')
    """
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    sign = "-" if seconds < 0 else ""
    words = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return sign + words


def _link(url: str, seconds: int) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"}:
        return ""
    if _IN_QUERY.fullmatch(host) or _BIGBLUEBUTTON.search(parts.path):
        rest = [pair for pair in parse_qsl(parts.query, True) if pair[0] != "t"]
        return urlunsplit(
            parts._replace(query=urlencode([*rest, ("t", _hms(seconds))]))
        )
    if _VIMEO.fullmatch(host):
        return urlunsplit(parts._replace(fragment=f"t={seconds}s"))
    if _FILE.search(parts.path):
        return urlunsplit(parts._replace(fragment=f"t={seconds}"))
    return ""


def _hms(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes}m{rest}s" if hours else f"{minutes}m{rest}s"
