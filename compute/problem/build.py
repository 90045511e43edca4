"""Build: the problem that a recipe or a training names: somebody's own, or a model and data by their names."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from ..errors import LossvistaError
from .data import Data, load_data, normalize
from .models import build_model
from .problem import Problem
from .samples import Samples
from .starter import starter
from .usercode import guarded, is_file_spec, load_function, source_of, wanted

if TYPE_CHECKING:
    from ..recipe import Recipe
    from ..training.recipe import Training

FUNCTION = "make_problem"


def build_problem(choices: Recipe | Training, test_data: str = "", seed: int = 0, at_most: bool = False) -> Problem:
    """The problem of these choices, on the samples that they ask for, tried on a few of them. seed: of first weights. at_most:
    all samples, where there are fewer than asked for.

    Raises LossvistaError for what is missing or does not fit, and for what somebody's own code raises.
    """
    if choices.problem:
        problem = load_problem(choices.problem, seed).drawn(choices.samples, choices.seed, at_most)
    else:
        problem = _by_name(choices, test_data, seed, at_most)
    return problem.check()


def load_problem(spec: str, seed: int = 0) -> Problem:
    """What the function of "FILE.py:FUNCTION" returns; it is called with the seed if it has a parameter of that name. Random
    numbers in it are the same each time, and the global random states stay as they were."""
    function, path = load_function(spec, FUNCTION, starter)
    with seeded(0), guarded(f"{function.__name__}() in '{path.name}'"):
        problem = function(**wanted(function, seed=seed))
    if not isinstance(problem, Problem):
        raise LossvistaError(
            f"{function.__name__}() in '{path}' returned a {type(problem).__name__}, not a Problem.",
            "End it with: return Problem(model=…, train=…, loss=…)",
        )
    problem.file = path.name
    problem.name = problem.name or f"{type(problem.model).__name__} of {path.name}"
    return problem


def code_hash(choices: Recipe | Training) -> dict[str, str]:
    """SHA-256 of the user's file, where the choices name one."""
    spec = choices.problem or (choices.model if is_file_spec(choices.model) else "")
    return {"code_hash": hashlib.sha256(source_of(spec).read_bytes()).hexdigest()} if spec else {}


def lasting_spec(spec: str) -> str:
    """ "FILE.py:FUNCTION" with a whole path, so that it means the same from another working directory."""
    if not is_file_spec(spec):
        return spec
    function = spec.rpartition(".py")[2]
    return f"{source_of(spec)}{function}"


@contextmanager
def seeded(seed: int) -> Generator[None]:
    """The random states of torch's CPU, NumPy and Python: of this seed within, and as they were after it."""
    plain, array = random.getstate(), np.random.get_state()
    # devices=[] and the CPU's own generator: torch.manual_seed would reseed every GPU as well
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        random.seed(seed)
        np.random.seed(seed % 2**32)
        try:
            yield
        finally:
            random.setstate(plain)
            np.random.set_state(array)


def _by_name(choices: Recipe | Training, test_data: str, seed: int, at_most: bool) -> Problem:
    data = load_data(choices.data, choices.samples, choices.seed, download=choices.download, at_most=at_most)
    model = build_model(choices.model, data.shape, len(data.classes), seed)
    test = None
    if test_data:
        held = load_data(test_data, choices.samples, choices.seed, download=choices.download, at_most=True)
        if (held.shape, held.classes) != (data.shape, data.classes):
            raise LossvistaError(
                f"The test data '{held.name}' does not match the training data '{data.name}': samples or classes differ.",
                "Give both in the same layout.",
            )
        test = _samples(held, choices.normalize, model)
    name = Path(choices.model.rpartition(":")[0]).name if is_file_spec(choices.model) else choices.model
    kind, _, place = data.name.partition(":")
    known = (
        f"{kind}:{Path(place).name}" if os.sep in place else data.name
    )  # titles are shared: no path of the user's in them
    problem = Problem(
        model, train=_samples(data, choices.normalize, model), test=test, name=f"{name or choices.model} on {known}"
    )
    problem.file = source_of(choices.model).name if is_file_spec(choices.model) else ""
    return problem


def _samples(data: Data, choice: str, model: torch.nn.Module) -> Samples:
    return Samples(normalize(data.inputs, choice, model), data.targets, data.ids, data.count_all)
