"""Random changes of faces: what a camera, a head and the serving path would do."""

from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How strongly faces change; every amount is drawn again for each face."""

    degrees: float = 20.0  # rotation, either way
    scale: float = 0.15  # relative change of size, either way
    shift: float = 0.08  # of the side, either way and in both directions
    contrast: float = 0.35  # relative change, either way
    brightness: float = 30.0  # grey levels, either way
    camera: float = 0.4  # share of faces sent through camera size, blur and JPEG
    erase: float = 0.4  # share of faces of which a rectangle is hidden


def augment(
    images: np.ndarray, random: np.random.Generator, how: Augmentation, *, side: int
) -> np.ndarray:
    """Change every face at random and bring it to the wanted size.

    Args:
        images: Shape (N, H, H), uint8.
        random: Its state alone decides the outcome.
        how: The strength of each change.
        side: Pixels of the result's side.

    Returns:
        Shape (N, side, side), uint8.
    """
    changed = np.empty((len(images), side, side), np.uint8)
    for image, target in zip(images, changed, strict=True):
        if random.random() < how.camera:
            image = _through_a_camera(image, random)
        target[:] = _warp(image, random, how, side)
    changed = _relight(changed, random, how)
    for target in changed:
        if random.random() < how.erase:
            _erase(target, random)
    return changed


def _through_a_camera(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Show the face at the size and JPEG quality at which a webcam sends it."""
    side = int(random.integers(60, 161))
    method = cv2.INTER_CUBIC if random.random() < 0.5 else cv2.INTER_LINEAR
    large = cv2.resize(image, (side, side), interpolation=method)
    if random.random() < 0.5:
        large = cv2.GaussianBlur(large, (0, 0), random.uniform(0.3, side / 50))
    quality = int(random.integers(45, 91))
    coded = cv2.imencode(".jpg", large, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE))


def _warp(
    image: np.ndarray, random: np.random.Generator, how: Augmentation, side: int
) -> np.ndarray:
    """Rotate, scale, shift and mirror in one resampling."""
    size = image.shape[0]
    if size > 1.5 * side:  # sample a large picture from its average, not its pixels
        size = round(1.2 * side)
        image = cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA)
    angle = random.uniform(-how.degrees, how.degrees)
    scale = (1 + random.uniform(-how.scale, how.scale)) * side / size
    centre = (size - 1) / 2
    matrix: np.ndarray = cv2.getRotationMatrix2D((centre, centre), angle, scale)
    matrix[:, 2] += (side - 1) / 2 - centre
    matrix[:, 2] += random.uniform(-how.shift, how.shift, 2) * side
    if random.random() < 0.5:
        matrix[0] = -matrix[0]
        matrix[0, 2] += side - 1
    return cv2.warpAffine(
        image, matrix, (side, side), borderMode=cv2.BORDER_REFLECT_101
    )


def _relight(
    images: np.ndarray, random: np.random.Generator, how: Augmentation
) -> np.ndarray:
    """Change contrast around each face's mean, and brightness."""
    shape = (len(images), 1, 1)
    gain = 1 + random.uniform(-how.contrast, how.contrast, shape)
    offset = random.uniform(-how.brightness, how.brightness, shape)
    mean = images.mean(axis=(1, 2), keepdims=True)
    lit = (images - mean) * gain + mean + offset
    return np.asarray(np.clip(np.rint(lit), 0, 255), np.uint8)


def _erase(image: np.ndarray, random: np.random.Generator) -> None:
    """Hide a rectangle of 2 to 20 % of the face, in place, as a hand or hair would."""
    side = image.shape[0]
    area = random.uniform(0.02, 0.2) * side * side
    ratio = np.exp(random.uniform(-1.0, 1.0))
    height = min(side, max(1, round(np.sqrt(area * ratio))))
    width = min(side, max(1, round(np.sqrt(area / ratio))))
    top = int(random.integers(0, side - height + 1))
    left = int(random.integers(0, side - width + 1))
    image[top : top + height, left : left + width] = random.integers(0, 256)
