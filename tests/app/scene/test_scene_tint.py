"""A surface coloured by another field than that of its heights: its bar, its note, and grey where nothing is known."""

from __future__ import annotations

import numpy as np

from lossvista.app.scene.still import render
from lossvista.compute.style import Style
from lossvista.compute.surface import FieldInfo


def test_a_surface_in_the_colours_of_another_field(small_landscape, tmp_path) -> None:
    from PIL import Image

    grid = small_landscape.surface.grid
    values = np.full(grid.shape, np.nan)
    values[3:8, 3:8] = np.linspace(0, 1, 25).reshape(5, 5)
    small_landscape.surface.fields["ratio"] = values
    small_landscape.surface.info["ratio"] = FieldInfo("train", "1", "|λ_min / λ_max|")
    seen = {}
    for name, style in (("plain", Style(view="surface")), ("tinted", Style(view="surface", color_field="ratio"))):
        render(small_landscape, style, (400, 300), tmp_path / f"{name}.png")
        seen[name] = np.asarray(Image.open(tmp_path / f"{name}.png").convert("RGB"), int)
    differ = np.abs(seen["plain"] - seen["tinted"]).max(2) > 30
    assert differ.mean() > 0.05
    grey = np.ptp(seen["tinted"], axis=2) < 14  # the light is a little warm
    assert grey[differ].mean() > 0.2
