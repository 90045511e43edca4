"""The eight standard views look as their references do, drawn by the command line as a user would.

A reference that is to change is made anew by `LOSSVISTA_REFERENCES=write pytest tests/app/test_standard_views.py`; look at it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lossvista.compute.cli import main
from lossvista.compute.errors import LossvistaError
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.likeness import Unlike, expect_like
from lossvista.compute.storage import save
from lossvista.compute.surface import Mark, Surface
from lossvista.compute.trajectory import Trajectory

REFERENCES = Path(__file__).parent / "references"
VIEWS = {
    "surface": ("--view", "surface"),
    "contours": ("--view", "contours"),
    "wireframe": ("--view", "wireframe"),
    "lines": ("--view", "lines"),
    "map": ("--view", "map"),
    "curves": ("--view", "curves"),
    "clipped": ("--view", "contours", "--clip", "2"),
    "dark": ("--view", "contours", "--theme", "dark"),
}


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> str:
    grid = Grid(ticks(-1, 1, 33), ticks(-1, 1, 25))
    a, b = grid.alpha[None], grid.beta[:, None]
    loss = 0.1 + 3 * a**2 + 1.5 * b**2 + 0.25 * np.sin(7 * a) * np.cos(5 * b) ** 2 + 0.3
    surface = Surface(grid, {"train_loss": loss, "train_accuracy": 1 / (1 + loss)})
    surface.evaluated[:] = Mark.EVALUATED
    made = Landscape(surface, "A bumpy bowl", [Axis("δ"), Axis("η")])
    share = np.linspace(1, 0, 12)
    x, y = 0.85 * share, 0.7 * share**2
    height = np.array([surface.probe(p, q, "train_loss")[0] for p, q in zip(x, y, strict=True)])
    made.trajectories["run"] = Trajectory({"alpha": x, "beta": y, "train_loss": height + 0.1, "slice_loss": height})
    path = tmp_path_factory.mktemp("views") / "bowl.h5"
    save(made, path)
    return str(path)


@pytest.mark.parametrize("view", VIEWS)
def test_it_looks_as_it_did(view, file, tmp_path):
    out, reference = tmp_path / f"{view}.png", REFERENCES / f"{view}.png"
    if os.environ.get("LOSSVISTA_REFERENCES") == "write":
        assert main(["render", file, str(reference), *VIEWS[view], "--size", "400x300"]) == 0
    assert main(["render", file, str(out), *VIEWS[view], "--size", "400x300", "--reference", str(reference)]) == 0


def test_another_picture_is_told_apart(file, tmp_path, capsys):
    out = tmp_path / "a.png"
    command = ["render", file, str(out), "--view", "map", "--size", "400x300", "--reference"]
    assert main([*command, str(REFERENCES / "curves.png")]) == 1
    assert "is not like" in capsys.readouterr().err and out.exists()
    assert main([*command, str(tmp_path / "none.png")]) == 2


def test_what_counts_as_like(tmp_path):
    draw = np.random.default_rng(0)
    base = draw.integers(0, 256, (64, 80, 3)).astype(np.uint8)

    def saved(name: str, pixels: np.ndarray) -> Path:
        Image.fromarray(pixels).save(tmp_path / name)
        return tmp_path / name

    one = saved("a.png", base)
    expect_like(one, one)
    noise = np.clip(base.astype(int) + draw.integers(-30, 31, base.shape), 0, 255).astype(np.uint8)
    expect_like(saved("noise.png", noise), one)
    spot = base.copy()
    spot[16:32, 16:32] = 255 - spot[16:32, 16:32] // 2
    with pytest.raises(Unlike, match="differs"):
        expect_like(saved("spot.png", spot), one)
    with pytest.raises(Unlike, match="sizes are 80 × 64 and 72 × 64"):
        expect_like(one, saved("narrow.png", base[:, :72]))
    (tmp_path / "no.png").write_text("no picture")
    with pytest.raises(LossvistaError, match="no picture that can be read"):
        expect_like(tmp_path / "no.png", one)
