"""Users' own files: they load whatever they are called and whatever lies beside them, and their mistakes are told as theirs."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest
import torch

from lossvista.compute.isolated import isolated
from lossvista.compute.problem.build import load_problem
from lossvista.compute.problem.usercode import is_file_spec
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run

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
