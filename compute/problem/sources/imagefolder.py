"""Image folder: one sub-folder a class, images in it or below it; classes and images in the order of their names."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from ...errors import LossvistaError
from ...there import is_folder, is_there
from ..data import Source

SUFFIXES = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")
SPLITS = {"train", "training", "test", "testing", "val", "valid", "validation"}


def imagefolder(argument: str, download: bool = False) -> Source:
    """argument: the folder. Images are read as RGB and must all be of one size.

    Raises LossvistaError for a missing or empty folder, one of splits instead of classes, and an image that cannot be read.
    """
    folder = Path(argument).expanduser()
    if not argument:
        raise LossvistaError("An image folder needs its path.", "Write imagefolder:DIR")
    if not is_folder(folder):
        why = "is not a folder" if is_there(folder) else "does not exist"
        raise LossvistaError(
            f"The image folder '{argument}' {why}.", "It holds one sub-folder of images for each class."
        )
    try:
        classes = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir() and entry.name[0] != ".")
        paths = [_images(folder / name) for name in classes]
    except OSError as error:
        raise LossvistaError(f"The image folder '{argument}' cannot be read: {error.strerror}.") from None
    splits = [name for name in classes if name.lower() in SPLITS]
    if splits and len(splits) == len(classes):
        raise LossvistaError(
            f"The image folder '{argument}' holds the parts {', '.join(splits)}, not classes.",
            f"Give one of them: imagefolder:{folder / splits[0]}",
        )
    if not any(paths):
        raise LossvistaError(
            f"The image folder '{argument}' holds no images in class folders.",
            f"Expected {argument}/CLASS/NAME with NAME ending in one of {', '.join(SUFFIXES)}.",
        )
    flat = [path for own in paths for path in own]
    targets = np.repeat(np.arange(len(classes)), [len(own) for own in paths])
    first = _decode(flat[0]).shape  # (height, width, 3)
    shape = (3, *first[:2])

    def read(ids: np.ndarray) -> np.ndarray:
        images = np.empty((len(ids), *shape), np.uint8)
        for row, number in enumerate(ids):
            image = _decode(flat[number])
            if image.shape != first:
                raise LossvistaError(
                    f"The images differ in size: '{flat[number]}' has {image.shape[1]}×{image.shape[0]} pixels, "
                    f"'{flat[0]}' has {first[1]}×{first[0]}.",
                    "Scale them to one size first.",
                )
            images[row] = image.transpose(2, 0, 1)
        return images

    return Source(targets, tuple(classes), shape, read)


def _images(folder: Path) -> list[str]:
    """The images below a class folder, in the order of their paths."""
    found = []
    for root, folders, names in os.walk(folder):
        folders.sort()
        found += [os.path.join(root, name) for name in sorted(names) if name.lower().endswith(SUFFIXES)]  # noqa: PTH118
    return found


def _decode(path: str) -> np.ndarray:
    """(height, width, 3) uint8."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                return np.asarray(image.convert("RGB"))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise LossvistaError(f"The image '{path}' claims to be too large to decode safely.") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise LossvistaError(
            f"The image '{path}' cannot be read.",
            "It is damaged or no image; remove or replace it.",
            details=str(error),
        ) from None
