"""Somebody's own code from training to landscape."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest
import torch

from lossvista.compute.consent import revoke
from lossvista.compute.errors import LossvistaError, Untrusted
from lossvista.compute.prepare import prepare
from lossvista.compute.problem.build import load_problem
from lossvista.compute.problem.models import build_model
from lossvista.compute.problem.usercode import load_function
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.storage import load
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.recorder import Recorder
from lossvista.compute.training.train import train

FIVE_LINES = """
from lossvista import Problem
from torch import nn, randn, randint
def make_problem():
    return Problem(model=nn.Linear(4, 3), train=(randn(20, 4), randint(0, 3, (20,))), loss=nn.CrossEntropyLoss())
"""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text).lstrip(), encoding="utf-8")
    return path


def test_train_then_compute_resume_and_refuse_an_edited_file(tmp_path: Path) -> None:
    text = """
    import torch
    from lossvista import Problem
    def make_problem(seed=0):
        x = torch.rand(60, 3)
        torch.manual_seed(seed)
        net = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
        return Problem(net, train=(x[:50], x[:50].sum(1, keepdim=True)), test=(x[50:], x[50:].sum(1, keepdim=True)),
                       loss=torch.nn.MSELoss(), metrics={"worst": lambda o, t: (o - t).abs().amax(1)})
    """
    file = write(tmp_path / "task.py", text)
    training = Training(problem=f"{file}:make_problem", epochs=4, batch_size=10, lr=0.05, seed=3)
    drain(train(training, str(tmp_path / "run")))
    meta = json.loads((tmp_path / "run" / "recording.json").read_text())
    assert meta["problem"] == f"{file}:make_problem" and {"train_loss", "test_loss", "train_worst"} <= meta.keys()
    out = tmp_path / "a.h5"
    recipe = Recipe(trajectory=str(tmp_path / "run"), resolution=5)  # the recording names the problem
    landscape = drain(run(recipe, str(out)))
    found = load(out)
    named = {f"{s}_{n}" for s in ("train", "test") for n in ("loss", "loss_se", "worst")}
    assert set(found.surface.fields) == named | {"weight_decay_penalty"}
    assert found.surface.info["test_loss"].split == "test" and found.surface.info["train_loss"].units == ""
    assert found.surface.fields["train_loss"][2, 2] == pytest.approx(meta["train_loss"], rel=1e-5)
    assert found.surface.fields["test_loss"][2, 2] == pytest.approx(meta["test_loss"], rel=1e-5)
    path = landscape.trajectories["run"]
    assert np.isfinite(path["test_loss"]).all() and path["train_loss"][-1] == found.surface.fields["train_loss"][2, 2]
    assert "holds this landscape" in list(run(recipe, str(out)))[-1].note
    write(file, text.replace("Tanh", "ReLU"))
    with pytest.raises(Untrusted, match="as it is now"):
        drain(run(recipe, str(out)))
    with pytest.raises(LossvistaError, match="code_hash differs"):
        drain(run(recipe.replace(trust_pickle=True), str(out)))


def test_code_that_came_with_a_recording_runs_only_when_it_is_named(tmp_path: Path) -> None:
    file = write(tmp_path / "run" / "mine.py", FIVE_LINES)
    problem = load_problem(str(file))
    with Recorder(tmp_path / "run", problem.model, problem=str(file)) as recorder:
        recorder.save()
    write(file, "from pathlib import Path\nPath(__file__).with_name('ran').touch()\n" + FIVE_LINES)
    with pytest.raises(Untrusted, match="names code"):
        prepare(Recipe(trajectory=str(tmp_path / "run")))
    recorder.note(problem="", model=f"{file}:make_problem")
    revoke()
    with pytest.raises(Untrusted, match="names code"):
        prepare(Recipe(trajectory=str(tmp_path / "run")))
    assert not (tmp_path / "run" / "ran").exists()
    assert len(prepare(Recipe(trajectory=str(tmp_path / "run"), problem=str(file))).problem) == 20


def test_a_models_own_file_with_weights_beside_it(tmp_path: Path) -> None:
    file = write(
        tmp_path / "nets.py",
        """
        from torch import nn
        def small(shape, num_classes):
            return nn.Sequential(nn.Flatten(), nn.Linear(shape[-1] ** 2, num_classes))
        def wrong():
            return 3
        def broken():
            raise OSError("no such file")
        """,
    )
    model = build_model(f"{file}:small", (1, 8, 8), 10, seed=1)
    torch.save(model.state_dict(), tmp_path / "w.pt")
    recipe = Recipe(model=f"{file}:small", weights=(str(tmp_path / "w.pt"),), samples=50, resolution=3)
    landscape = drain(run(recipe))
    assert landscape.title == "nets.py on digits" and len(landscape.provenance["code_hash"]) == 64
    assert "code_hash" in prepare(recipe).identity and "model" not in prepare(recipe).identity
    with pytest.raises(LossvistaError, match="returned a int, not a network"):
        build_model(f"{file}:wrong", (1, 8, 8), 10)
    with pytest.raises(LossvistaError, match=r"broken.. in 'nets.py' failed: OSError: no such file"):
        build_model(f"{file}:broken", (1, 8, 8), 10)
    with pytest.raises(LossvistaError, match="no function called 'make_model'"):
        load_function(str(file), "make_model")


def test_a_model_that_does_not_take_the_samples_is_said(tmp_path: Path) -> None:
    torch.save(build_model("torchvision:resnet18", (3, 32, 32), 10).state_dict(), tmp_path / "w.pt")
    with pytest.raises(
        LossvistaError, match=r"The forward pass of ResNet on 8×1×8×8 failed: RuntimeError: .* channels"
    ) as caught:
        prepare(Recipe(model="torchvision:resnet18", weights=(str(tmp_path / "w.pt"),), samples=8))
    assert caught.value.hint.startswith("The network takes inputs of 3 channels, and these have 1: choose")


def test_a_training_script_gets_the_lines_that_are_missing(tmp_path: Path) -> None:
    """Written with its own names; put beside it, they are a problem."""
    (tmp_path / "train.py").write_text(
        dedent("""
        import torch
        class Digits(torch.utils.data.Dataset):
            def __len__(self):
                return 6
            def __getitem__(self, at):
                return torch.full((3,), float(at)), at % 2
        class Small(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = torch.nn.Linear(3, 2)
            def forward(self, x):
                return self.layer(x)
        if __name__ == "__main__":
            raise RuntimeError("trained")
        train_set = Digits()
        """)
    )
    with pytest.raises(LossvistaError, match=r"no function called 'make_problem'\. That function returns your") as told:
        load_problem(str(tmp_path / "train.py"))
    assert "train.py:FUNCTION" in told.value.hint
    (tmp_path / "problem.py").write_text(told.value.details)
    assert len(load_problem(str(tmp_path / "problem.py"))) == 6


def test_a_file_without_a_network_gets_lines_to_fill_in(tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text("rate = 0.1\n")
    with pytest.raises(LossvistaError) as told:
        load_problem(str(tmp_path / "empty.py"))
    assert "Net  # yours" in told.value.details and "return Problem(" in told.value.details
