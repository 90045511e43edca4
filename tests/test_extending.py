"""Extending: what docs/extending.md shows, one function and one line each, is added here as it stands there, and works."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from lossvista.compute.cli import main
from lossvista.compute.directions import DIRECTIONS
from lossvista.compute.doors import Door, find
from lossvista.compute.exporters import EXPORTERS
from lossvista.compute.importers import IMPORTERS
from lossvista.compute.storage import load, save

PAGE = Path(__file__).resolve().parents[1] / "docs" / "extending.md"
DOORS = {"directions": DIRECTIONS, "exporters": EXPORTERS, "importers": IMPORTERS}


@pytest.fixture
def extended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's modules beside ours, and its lines in the doors."""
    text = PAGE.read_text(encoding="utf-8")
    parts = re.findall(r"`compute/(\w+)/(\w+)\.py`:\n\n```python\n(.*?)```.*?```python\n(.*?)```", text, re.DOTALL)
    assert [folder for folder, *_ in parts] == ["directions", "exporters", "importers"]
    for folder, name, code, line in parts:
        package = sys.modules[f"lossvista.compute.{folder}"]
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.py").write_text(code, encoding="utf-8")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path / folder)])
        for key, door in eval(f"{{{line}}}", {"Door": Door}).items():
            monkeypatch.setitem(DOORS[folder], key, door)


def test_a_direction_is_a_function_and_a_line(extended: None, tmp_path: Path, capsys) -> None:
    out = tmp_path / "signs.h5"
    assert main(["train", "--model", "linear", "--samples", "50", "--epochs", "1", "--out", str(tmp_path / "run")]) == 0
    choices = ["--trajectory", str(tmp_path / "run"), "--resolution", "3", "--normalization", "none"]
    assert main(["compute", *choices, "--directions", "signs", "--out", str(out)]) == 0
    landscape = load(out)
    assert [axis.label for axis in landscape.axes] == ["α (random signs)", "β (random signs)"]
    moved = [entries for name, entries in landscape.axes[0].direction.items() if "weight" in name]
    assert moved and all(set(np.unique(entries)) == {-1.0, 1.0} for entries in moved)
    assert main(["compute", *choices, "--directions", "sings", "--out", str(out)]) == 2
    assert "signs" in capsys.readouterr().err  # it is known to the message as well


def test_an_exporter_and_an_importer_are_a_function_and_a_line(
    extended: None, tmp_path: Path, tilted_landscape
) -> None:
    save(tilted_landscape, tmp_path / "bowl.h5")
    assert main(["export", str(tmp_path / "bowl.h5"), str(tmp_path / "bowl.xyz"), "--raw"]) == 0
    back = find("format to import", IMPORTERS, ".xyz")(tmp_path / "bowl.xyz").landscape.surface
    mine = tilted_landscape.surface
    assert np.allclose(back.grid.alpha, mine.grid.alpha) and np.allclose(back.grid.beta, mine.grid.beta)
    assert np.allclose(back.values("train_loss"), mine.values("train_loss"))
