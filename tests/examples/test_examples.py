"""The examples run: each trains, records and computes a landscape, here with fewer epochs and points."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from lossvista.compute.prepare import prepare
from lossvista.compute.recipe import Recipe
from lossvista.compute.storage import load

FOLDER = Path(__file__).resolve().parents[2] / "examples"
EXAMPLES = sorted(FOLDER.glob("*.py"))
WANTED = {
    "regression",
    "own_cnn",
    "transformer",
    "language_model",
    "segmentation",
    "autoencoder",
    "lora",
    "physics",
    "recurrent",
    "tied_weights",
    "batch_sizes",
    "own_loop",
    "several_optimizers",
}
FIELDS = {
    "regression": {"test_loss"},
    "own_cnn": {"train_accuracy", "test_accuracy"},
    "transformer": {"train_accuracy", "test_accuracy"},
    "segmentation": {"train_overlap"},
    "autoencoder": {"test_loss"},
    "lora": {"train_accuracy"},
    "recurrent": {"train_accuracy", "test_accuracy"},
    "tied_weights": {"train_accuracy"},
    "batch_sizes": {"train_loss", "test_loss", "train_accuracy", "test_accuracy"},
    "own_loop": {"test_loss", "test_accuracy"},
}


def module(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"example_{file.stem}", file)
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_there_is_one_for_each_kind_of_task() -> None:
    assert {file.stem for file in EXAMPLES} >= WANTED


@pytest.fixture(autouse=True)
def only_this_examples_module_path():
    path = list(sys.path)
    yield
    sys.path[:] = path


@pytest.mark.parametrize("file", EXAMPLES, ids=[file.stem for file in EXAMPLES])
def test_an_example_runs(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    module(file).main(str(out), epochs=2, resolution=3)
    landscape = load(out / "landscape.h5")
    surface, paths = landscape.surface, list(landscape.trajectories.values())
    assert surface.complete and np.isfinite(surface.fields["train_loss"]).all()
    assert FIELDS.get(file.stem, set()) <= surface.fields.keys()
    assert f"lossvista {out}/landscape.h5" in capsys.readouterr().out
    places = (list(ticks).index(0.0) for ticks in (surface.grid.beta, surface.grid.alpha))
    centre = surface.fields["train_loss"][*places]
    assert centre == pytest.approx(float(landscape.trust["checkpoint_loss"]), rel=1e-5)
    if file.stem == "batch_sizes":
        assert surface.grid.line and (out / "line.png").stat().st_size > 10_000
    else:
        assert all(len(path) >= 1 for path in paths)
        assert centre == pytest.approx(paths[0]["train_loss"][-1], rel=1e-6)
    assert file.stem != "several_optimizers" or list(landscape.trajectories) == ["sgd", "momentum", "adam"]
    prepared = prepare(Recipe(problem=str(file), trajectory=str(landscape.recipe["trajectory"])))
    assert prepared.problem.notes == []  # its loss is a mean over samples, with a standard error
    assert file.stem not in ("lora",) or all("lora_" not in name for axis in landscape.axes for name in axis.ignored)


def test_an_example_is_a_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(FOLDER / "regression.py"), "wave"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    landscape = load(tmp_path / "wave" / "landscape.h5")
    assert landscape.surface.grid.shape == (31, 31) and len(landscape.trajectories["run"]) == 21
    path = landscape.trajectories["run"]["train_loss"]
    assert path[-1] < path[0] / 5


def test_the_page_names_every_example_and_its_five_lines_work(tmp_path: Path) -> None:
    page = (FOLDER.parent / "docs" / "your-model.md").read_text(encoding="utf-8")
    assert all(f"(../examples/{file.name})" in page for file in EXAMPLES)
    code = page.split("```python\n")[1].split("```")[0]
    project = (
        "import torch\nfrom torch import nn\nclass Net(nn.Linear):\n    def __init__(self): super().__init__(4, 3)\n"
    )
    data = "train_dataset = torch.utils.data.TensorDataset(torch.randn(9, 4), torch.randint(0, 3, (9,)))\n"
    (tmp_path / "project.py").write_text(project + data)
    (tmp_path / "mine.py").write_text(code)
    prepared = prepare(Recipe(problem=str(tmp_path / "mine.py")))
    assert len(prepared.problem) == 9
    assert sum(bool(line) and not line.startswith("#") for line in code.splitlines()) == 5
