"""Download the model files that no package carries, and trust none unseen."""

import hashlib
import os
import tempfile
import urllib.request
from pathlib import Path

from inference.detection.files import YUNET, KnownFile

SOURCES = {
    YUNET: "https://github.com/opencv/opencv_zoo/raw/main/models/face_detection_yunet",
}
TIMEOUT_S = 30
MAX_BYTES = 16 * 1024 * 1024  # a wrong address may answer with anything


class FetchFailed(RuntimeError):
    """A file could not be had; the text says why and what to do."""


def fetch(known: KnownFile, folder: Path, *, mirror: str | None = None) -> bool:
    """Bring a known file into a folder, whole and right or not at all.

    Args:
        known: What is wanted.
        folder: Created if it is not there.
        mirror: Address of a folder that holds the file under its own name; by
            default the publisher's. Proxies are taken from the environment.

    Returns:
        False if the file was there already.

    Raises:
        FetchFailed: If the download fails or brings other content.
    """
    target = folder / known.name
    if target.is_file() and _is_right(known, target.read_bytes()):
        return False
    address = f"{(mirror or SOURCES[known]).rstrip('/')}/{known.name}"
    content = _download(address)
    if not _is_right(known, content):
        raise FetchFailed(
            f"{address} holds another file than the one we know: {len(content)} bytes "
            f"with SHA-256 {hashlib.sha256(content).hexdigest()}, expected "
            f"{known.sha256}. Nothing was stored; choose another --mirror."
        )
    _store(content, target)
    return True


def _is_right(known: KnownFile, content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == known.sha256


def _download(address: str) -> bytes:
    if not address.startswith(("https://", "http://")):
        raise FetchFailed(f"{address} is no web address; begin it with https://.")
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT_S) as answer:
            content: bytes = answer.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # URLError and timeouts are OSErrors
        raise FetchFailed(
            f"{address} could not be read: {error}. Behind a firewall, set "
            "https_proxy, or give --mirror the address of a folder with the file."
        ) from error
    if len(content) > MAX_BYTES:
        raise FetchFailed(f"{address} is larger than {MAX_BYTES} bytes; not stored.")
    return content


def _store(content: bytes, target: Path) -> None:
    """Write beside the target, then rename: nobody ever sees half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
