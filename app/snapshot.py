"""Snapshot: a picture of what is on the screen as a file, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from ..compute.errors import LossvistaError
from ..compute.storage.disk import put
from .language import tr


def write_image(image: QImage, path: str | Path) -> None:
    """Write it; the suffix says the format. Raises LossvistaError for a suffix that Qt cannot write, and as `put` does."""
    kept = QBuffer()
    kept.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(kept, Path(path).suffix[1:].upper() or "?"):
        raise LossvistaError(
            tr("'{path}' has no suffix of a picture.", path=path), tr("Use .png, .jpg, .tiff or .webp.")
        )
    put(path, bytes(kept.data().data()), rename=False)
