"""Likeness: whether a picture is still the reference, up to what another graphics driver draws differently."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from .errors import LossvistaError

BLOCK = 8  # pixels a side: edges that move by a fraction of a pixel do not matter
FAR = 20.0  # of 255: a block whose mean colour differs by more is another picture there
FEW = 0.004  # of the blocks may be


def expect_like(picture: str | Path, reference: str | Path) -> None:
    """Raises LossvistaError (exit code 1) where the picture is not like the reference: another size, or more than 0.4 % of its
    8×8-blocks with a mean colour that differs by more than 20 of 255."""
    one, other = (_opened(path) for path in (picture, reference))
    if one.shape != other.shape:
        sizes = " and ".join(f"{image.shape[1]} × {image.shape[0]}" for image in (one, other))
        raise Unlike(f"{picture} is not like {reference}: their sizes are {sizes}.")
    apart = np.abs(_blocks(one) - _blocks(other)).max(axis=2)
    share = float((apart > FAR).mean())
    if share > FEW:
        raise Unlike(
            f"{picture} is not like {reference}: {share:.1%} of it differs, by up to {apart.max():.0f} of 255.",
            "Look at both; if the new one is right, keep it as the reference.",
        )


class Unlike(LossvistaError):
    """A picture that is not like its reference."""

    exit_code = 1


def _opened(path: str | Path) -> np.ndarray:
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"), float)
    except FileNotFoundError:
        raise LossvistaError(f"There is no picture {path}.") from None
    except OSError as error:
        raise LossvistaError(f"{path} is no picture that can be read: {error}.") from None


def _blocks(image: np.ndarray) -> np.ndarray:
    """(h / 8, w / 8, 3) mean colours; what is left at the edges does not count."""
    height, width = (side - side % BLOCK for side in image.shape[:2])
    cut = image[:height, :width].reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK, 3)
    return cut.mean(axis=(1, 3))
