"""float16: recordings of half the size, whose rounding is known, said, and small enough for the plane of the path."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lossvista.compute.directions.pca import principal_directions
from lossvista.compute.errors import LossvistaError
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.storage import load
from lossvista.compute.training.packing import rounded
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.recorder import Recorder
from lossvista.compute.training.recording import Recording
from lossvista.compute.training.train import train
from lossvista.compute.trust import figures

TRAINING = Training(model="mlp", samples=200, batch_size=50, epochs=3, lr=0.05, record_every=2)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One training, recorded in both precisions."""
    home = tmp_path_factory.mktemp("half")
    for dtype in ("float32", "float16"):
        drain(train(TRAINING.replace(dtype=dtype), str(home / dtype)))
    return {path.name: path for path in home.iterdir()}


def size(folder: Path) -> int:
    return (folder / "000003.safetensors").stat().st_size


def test_checkpoints_take_half_the_space_and_the_end_is_kept_whole(folders: dict[str, Path]):
    assert size(folders["float16"]) < 0.55 * size(folders["float32"])
    ends = [(folder / "final.safetensors").read_bytes() for folder in folders.values()]
    assert ends[0] == ends[1]


def test_the_rounding_that_is_said_is_the_one_that_is_there(folders: dict[str, Path]):
    half, full = Recording(folders["float16"]), Recording(folders["float32"])
    assert (full.rounding == 0).all() and full.note == "" and "float16" in half.note
    for k in range(len(full)):
        exact, stored = full.weights(k), half.weights(k)
        assert {t.dtype for t in stored.values()} == {torch.float32}
        assert {t.dtype for t in half.stored(k).values()} == {torch.float16}
        error = sum(float(((stored[n].double() - t.double()) ** 2).sum()) for n, t in exact.items())
        length = sum(float((t.double() ** 2).sum()) for t in exact.values())
        assert half.rounding[k] == pytest.approx((error / length) ** 0.5, rel=1e-6)
    assert 0 < half.rounding.max() < 2**-11


def test_the_path_is_projected_as_from_a_full_recording(folders: dict[str, Path], tmp_path: Path):
    made, paths = {}, {}
    for name, folder in folders.items():
        recipe = Recipe(trajectory=str(folder), directions="pca", resolution=3, samples=50)
        notes = [step.note for step in run(recipe, str(tmp_path / f"{name}.h5"))]
        assert any("kept as float16" in note for note in notes) == (name == "float16")
        made[name] = load(tmp_path / f"{name}.h5")
        (paths[name],) = made[name].trajectories.values()
    half, full = paths["float16"], paths["float32"]
    reach = np.abs(full["alpha"]).max()
    for axis in ("alpha", "beta"):
        np.testing.assert_allclose(half[axis], full[axis], atol=2e-3 * reach)
        assert half[axis][-1] == 0  # the differences are to the stored end, not to one before it was rounded
    np.testing.assert_allclose(half["train_loss"], full["train_loss"], rtol=1e-2)
    trust = made["float16"].trust
    assert trust["path_rounding"] == pytest.approx((Recording(folders["float16"]).rounding * half["weight_norm"]).max())
    (line,) = (line for line in figures(made["float16"]) if line.label == "Rounding of the path")
    assert line.verdict == "good" and "float16" in line.meaning
    assert "path_rounding" not in made["float32"].trust
    assert not any("Rounding" in line.label for line in figures(made["float32"]))


def test_the_gram_matrix_of_half_precision_is_summed_in_float64(folders: dict[str, Path]):
    """The principal directions are those of a full SVD in float64 of what is stored (invariant 21)."""
    recording = Recording(folders["float16"])
    stored = [recording.stored(k) for k in range(len(recording))]
    origin, names = recording.weights(len(recording) - 1), list(stored[0])
    found, explained, _ = principal_directions(stored, origin, names, 2)
    rows = torch.stack(
        [torch.cat([c[n].double().flatten() - origin[n].double().flatten() for n in names]) for c in stored]
    )
    _, values, right = torch.linalg.svd(rows, full_matrices=False)
    for direction, row in zip(found, right, strict=False):
        flat = torch.cat([direction[n].double().flatten() for n in names])
        assert abs(float(flat @ row)) == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(explained[:2], (values**2 / (values**2).sum())[:2], rtol=1e-9)


@given(
    values=st.lists(st.floats(allow_nan=False, width=32), min_size=1, max_size=20).map(torch.tensor),
    buffer=st.floats(width=32),
)
def test_rounding_never_makes_infinities_and_leaves_buffers(values: torch.Tensor, buffer: float):
    state = {"w": values, "running_var": torch.tensor([buffer]), "count": torch.tensor(7)}
    found, error = rounded(state, {"w"})
    assert torch.equal(found["w"].isinf(), values.isinf()) and found["w"].dtype in (torch.float16, torch.float32)
    assert found["running_var"] is state["running_var"] and found["count"] is state["count"]
    assert 0 <= error <= 1 or values.isinf().any()


def test_batch_norms_statistics_keep_their_range(tmp_path: Path):
    model = nn.BatchNorm1d(2)
    model.running_var = torch.tensor([1e8, 1e-9])
    with Recorder(tmp_path, model, dtype="float16") as recorder:
        recorder.save()
    assert torch.equal(Recording(tmp_path).weights(0)["running_var"], model.running_var)
    assert Recording(tmp_path).meta["dtype"] == "float16"


def test_other_precisions_are_refused(tmp_path: Path):
    with pytest.raises(LossvistaError, match="cannot be recorded as int8"):
        Recorder(tmp_path, nn.Linear(1, 1), dtype="int8")  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())
