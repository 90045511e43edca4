"""Letters: how large what is written in a flat picture is on the screen."""

from __future__ import annotations

from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg
from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent

DPI = 100.0  # matplotlib's own


def enlarge(canvas: FigureCanvasQTAgg, factor: float) -> None:
    """Draw letters and lines `factor` times as large, in a picture of the same size."""
    figure = canvas.figure
    figure._original_dpi = DPI * factor  # what the canvas multiplies by the screen's pixel ratio
    figure.dpi = DPI * factor * canvas.device_pixel_ratio
    canvas.resizeEvent(QResizeEvent(canvas.size(), QSize()))
