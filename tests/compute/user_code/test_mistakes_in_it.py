"""What goes wrong in somebody's own code is said with their frames first, on the command line and in a job."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from lossvista.compute import cli
from lossvista.compute.errors import LossvistaError
from lossvista.compute.prepare import prepare
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text).lstrip(), encoding="utf-8")
    return path


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
