"""Users' own files: they load whatever they are called and whatever lies beside them, and their mistakes are told as theirs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest
import torch

from lossvista.compute import cli
from lossvista.compute.consent import revoke
from lossvista.compute.errors import LossvistaError, Untrusted
from lossvista.compute.isolated import isolated
from lossvista.compute.prepare import prepare
from lossvista.compute.problem.build import load_problem
from lossvista.compute.problem.models import build_model
from lossvista.compute.problem.usercode import is_file_spec, load_function
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


@pytest.fixture(autouse=True)
def only_their_own_module_path():
    """A project's folder stays on the module path until the next one is loaded; it must not serve the next test."""
    arguments, path = list(sys.argv), list(sys.path)
    yield
    assert sys.argv == arguments
    sys.path[:] = path


# --- Finding and loading ---


def test_five_lines_are_enough(tmp_path: Path) -> None:
    file = write(tmp_path / "mine.py", FIVE_LINES)
    landscape = drain(run(Recipe(problem=f"{file}:make_problem", resolution=3)))
    assert landscape.surface.complete and landscape.title == "Linear of mine.py"
    assert set(landscape.surface.fields) == {"train_loss", "train_loss_se", "train_accuracy"}
    again = drain(run(Recipe(problem=str(file), resolution=3)))  # the function's name may be left out
    assert np.array_equal(again.surface.fields["train_loss"], landscape.surface.fields["train_loss"])


@pytest.mark.parametrize(
    "name", ["app", "compute", "models", "problem", "utils", "resources", "my-net 2", "lossvista_net"]
)
def test_files_and_neighbours_of_any_name_load(tmp_path: Path, name: str) -> None:
    write(tmp_path / f"{name}.py", FIVE_LINES)
    assert len(load_problem(str(tmp_path / f"{name}.py"))) == 20
    write(tmp_path / "b" / "models" / "net.py", "WIDTH = 4")  # a folder without an __init__.py
    for neighbour in ("app", "compute", "problem", "utils"):
        write(tmp_path / "b" / f"{neighbour}.py", "VALUE = 3")
    write(
        tmp_path / "b" / f"{name}_main.py",
        """
        from torch import nn, zeros
        import app, compute, problem, utils
        from models.net import WIDTH
        from lossvista import Problem
        def make_problem():
            from lossvista.compute.problem.problem import Problem as Same
            assert Same is Problem
            outputs = app.VALUE + compute.VALUE + problem.VALUE + utils.VALUE
            return Problem(nn.Linear(WIDTH, outputs), train=(zeros(5, WIDTH), zeros(5, outputs)), loss=nn.MSELoss())
        """,
    )
    assert load_problem(str(tmp_path / "b" / f"{name}_main.py")).model.weight.shape == (12, 4)


def test_two_projects_with_the_same_names_one_after_the_other(tmp_path: Path) -> None:
    """Fault 39."""
    for project, width in (("one", 2), ("two", 5)):
        write(tmp_path / project / "models.py", f"from torch import nn\nnet = nn.Linear({width}, 1)")
        write(tmp_path / project / "utils" / "more.py", f"COUNT = {width}")
        write(
            tmp_path / project / "main.py",
            """
            import torch, models
            from utils.more import COUNT
            from lossvista import Problem
            def make_problem():
                return Problem(models.net, train=(torch.zeros(COUNT, COUNT), torch.zeros(COUNT, 1)), loss=torch.nn.MSELoss())
            """,
        )
    sizes = [len(load_problem(str(tmp_path / name / "main.py"))) for name in ("one", "two", "one")]
    assert sizes == [2, 5, 2]


def test_two_projects_side_by_side(tmp_path: Path) -> None:
    for project, width in (("one", 2), ("two", 5)):
        write(tmp_path / project / "models.py", f"from torch import nn\nnet = nn.Linear({width}, 1)")
        write(
            tmp_path / project / "main.py",
            f"""
            import torch, models
            from lossvista import Problem
            def make_problem():
                return Problem(models.net, train=(torch.ones(4, {width}), torch.zeros(4, 1)), loss=torch.nn.MSELoss())
            """,
        )
    jobs = [
        isolated("lossvista.compute.run:run", Recipe(problem=str(tmp_path / name / "main.py"), resolution=3))
        for name in ("one", "two")
    ]
    for job in jobs:
        next(job)
    parameters = [drain(job).trust["parameters"] for job in jobs]
    assert parameters == [3, 6]


def test_an_edited_file_is_read_anew(tmp_path: Path) -> None:
    file = write(tmp_path / "mine.py", FIVE_LINES)
    assert len(load_problem(str(file))) == 20
    write(file, FIVE_LINES.replace("20", "30"))
    assert len(load_problem(str(file))) == 30
    assert not list(tmp_path.rglob("*.pyc"))


def test_a_file_of_a_package_may_import_relatively(tmp_path: Path) -> None:
    write(tmp_path / "thing" / "__init__.py", "")
    write(tmp_path / "thing" / "net.py", "from torch import nn\nnet = nn.Linear(2, 1)")
    write(
        tmp_path / "thing" / "task.py",
        """
        import torch
        from .net import net
        from lossvista import Problem
        def make_problem():
            return Problem(net, train=(torch.ones(4, 2), torch.zeros(4, 1)), loss=torch.nn.MSELoss())
        """,
    )
    assert len(load_problem(str(tmp_path / "thing" / "task.py"))) == 4


def test_a_file_called_as_a_module_of_pythons_harms_nobody(tmp_path: Path) -> None:
    import random

    assert len(load_problem(str(write(tmp_path / "random.py", FIVE_LINES)))) == 20
    assert sys.modules["random"] is random and hasattr(random, "gauss")


def test_random_numbers_of_the_factory_are_the_same_each_time(tmp_path: Path) -> None:
    file = str(write(tmp_path / "mine.py", FIVE_LINES))
    state = torch.get_rng_state()
    first, again = load_problem(file), load_problem(file)
    assert torch.equal(first.inputs, again.inputs) and torch.equal(first.model.weight, again.model.weight)
    assert torch.equal(torch.get_rng_state(), state)


def test_specs() -> None:
    assert is_file_spec("a.py") and is_file_spec("C:\\x y\\a.py:f") and is_file_spec("a.py:")
    assert not is_file_spec("cnn") and not is_file_spec("torchvision:resnet50")


# --- Their mistakes ---

BROKEN = {
    "import": (
        "import torch\nimport does_not_exist_anywhere\n",
        "Importing 'mine.py' failed: ModuleNotFoundError: No module",
    ),
    "syntax": ("def make_problem(:\n", "Importing 'mine.py' failed: SyntaxError"),
    "exit": ("import sys\nsys.exit(3)\n", r"Importing 'mine.py' ended the program \(sys.exit\(3\)\)"),
    "arguments": (
        "import argparse\nargparse.ArgumentParser().parse_args(['--zork'])\n",
        r"Importing 'mine.py' ended the program \(sys.exit\(2\)\)",
    ),
    "factory": (
        "def make_problem():\n    raise KeyError('no data')\n",
        r"make_problem\(\) in 'mine.py' failed: KeyError: 'no data'",
    ),
    "factory exits": (
        "def make_problem():\n    exit()\n",
        r"make_problem\(\) in 'mine.py' ended the program \(sys.exit\(\)\)",
    ),
    "nothing returned": ("def make_problem():\n    pass\n", "returned a NoneType, not a Problem"),
    "needs arguments": (
        "def make_problem(width):\n    pass\n",
        "make_problem.. in 'mine.py' failed: TypeError: .*width",
    ),
    "missing": ("def make_problm():\n    pass\n", "no function called 'make_problem'. Did you mean 'make_problm'?"),
    "no function": ("make_problem = 3\n", "no function but a value called 'make_problem'"),
    "forward": (
        """
        import torch
        from lossvista import Problem
        class Net(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.w = torch.nn.Linear(2, 2)
            def forward(self, x):
                return self.w(x[:, :1])
        def make_problem():
            return Problem(Net(), train=(torch.ones(4, 2), torch.zeros(4, 2)), loss=torch.nn.MSELoss())
        """,
        "The forward pass of Net on 4×2 failed: RuntimeError: .*mat1 and mat2",
    ),
    "loss": (
        """
        import torch
        from lossvista import Problem
        def distance(outputs, targets):
            return 1 / 0
        def make_problem():
            return Problem(torch.nn.Linear(2, 2), train=(torch.ones(4, 2), torch.zeros(4, 2)), loss=distance)
        """,
        "The loss of outputs 4×2 and targets 4×2 failed: ZeroDivisionError",
    ),
    "data": (
        """
        import torch
        from lossvista import Problem
        class Data(torch.utils.data.Dataset):
            def __len__(self):
                return 3
            def __getitem__(self, k):
                raise FileNotFoundError("images/3.png")
        def make_problem():
            return Problem(torch.nn.Linear(2, 2), train=Data())
        """,
        "Reading the training data .'mine.py'. failed: FileNotFoundError: images/3.png",
    ),
}


@pytest.mark.parametrize("mistake", BROKEN)
def test_what_goes_wrong_in_their_code_is_said_with_their_frames_first(tmp_path: Path, mistake: str) -> None:
    """Fault 18."""
    text, sentence = BROKEN[mistake]
    file = write(tmp_path / "mine.py", text)
    with pytest.raises(LossvistaError, match=sentence) as caught:
        prepare(Recipe(problem=str(file)))
    assert caught.value.exit_code == 2
    if caught.value.details and mistake not in ("syntax", "needs arguments"):
        own, _, everything = caught.value.details.partition("All of it:")
        assert str(file) in own and "usercode.py" not in own and "Traceback" in everything


def test_the_command_line_says_it_and_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "mine.py", BROKEN["factory"][0])
    assert cli.main(["compute", "--problem", str(file), "--out", str(tmp_path / "x.h5")]) == 2
    error = capsys.readouterr().err
    assert "make_problem() in 'mine.py' failed" in error and f'{file}", line 2' in error
    assert cli.main(["compute", "--problem", str(tmp_path / "mien.py"), "--out", str(tmp_path / "x.h5")]) == 2
    assert "Did you mean 'mine.py'?" in capsys.readouterr().err


def test_an_error_in_the_middle_of_the_surface_is_still_theirs(tmp_path: Path) -> None:
    file = write(
        tmp_path / "mine.py",
        """
        import torch
        from lossvista import Problem
        def fussy(outputs, targets):
            if len(targets) < 8:
                raise ValueError("a batch too small")
            return (outputs - targets).square().mean(1)
        def make_problem():
            return Problem(torch.nn.Linear(2, 2), train=(torch.ones(27, 2), torch.zeros(27, 2)), loss=fussy)
        """,
    )
    with pytest.raises(LossvistaError, match=r"The loss .'mine\.py'. failed: ValueError: a batch too small"):
        drain(run(Recipe(problem=str(file), batch_size=10, resolution=3)))


# --- The whole way ---


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
    ):
        prepare(Recipe(model="torchvision:resnet18", weights=(str(tmp_path / "w.pt"),), samples=8))


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
