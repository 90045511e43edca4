"""Ends: the two networks that choices name, as checkpoint files, with the problem that they are of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..consent import Trust, agreed
from ..errors import LossvistaError
from ..located import located
from ..prepare import completed
from ..problem.consent import expect_consent
from ..problem.named import NamedProblem
from ..recipe import Recipe
from ..storage import load
from ..training.layout import FINAL
from ..training.recording import Recording
from .choices import Connect
from .ensemble_choices import Ensemble

HINT = "Give two checkpoint files or recordings (--weights A B), or one landscape that lies between two."


def ends_of(choices: Connect) -> tuple[dict[str, Any], tuple[str, str]]:
    """(the choices of the problem that are made, files of the two checkpoints). A recording says which model and data it is of, and so
    does a landscape, where the choices do not say otherwise. Raises LossvistaError where there are not two."""
    named, given = _made(choices), list(choices.weights)
    if len(given) == 1 and given[0].lower().endswith((".h5", ".hdf5")):
        named, given = _of_landscape(given[0], named, choices.trust_pickle or agreed())
    if len(given) != 2:
        raise LossvistaError(
            f"A curve connects two networks; {len(given)} {'is' if len(given) == 1 else 'are'} named.", HINT
        )
    first, second = (_file(path, named, choices.trust_pickle) for path in given)
    return named, (first, second)


def one_network(choices: Ensemble) -> tuple[dict[str, Any], str]:
    """The same for one network; "" where none is named. Raises LossvistaError where there are several."""
    named = _made(choices)
    if len(choices.weights) > 1:
        raise LossvistaError(
            f"The ensembles start from one network; {len(choices.weights)} are named.",
            "Give one checkpoint or recording.",
        )
    return named, _file(choices.weights[0], named, choices.trust_pickle) if choices.weights else ""


def _made(choices: Connect | Ensemble) -> dict[str, Any]:
    """The choices of the problem that are not left at their defaults."""
    fields = NamedProblem.model_fields
    return {name: getattr(choices, name) for name in fields if getattr(choices, name) != fields[name].default}


def _file(path: str, named: dict[str, Any], trust: bool) -> str:
    """The checkpoint that is meant; a recording adds to `named` what it is of."""
    if not Path(path).expanduser().is_dir():
        return path
    recording = Recording(path, trust=trust)
    known = completed(Recipe.of(**named), recording)
    named |= {name: getattr(known, name) for name in NamedProblem.model_fields if name in known.model_fields_set}
    final = recording.folder / FINAL
    return str(final) if final.is_file() else str(recording.file(len(recording) - 1))


def _of_landscape(path: str, named: dict[str, Any], trust: Trust) -> tuple[dict[str, Any], list[str]]:
    landscape = load(path)
    if not landscape.recipe:
        raise LossvistaError(f"'{path}' does not say which networks it is of.", HINT)
    recipe = located(Recipe.stored(landscape), str(Path(path).absolute().parent))
    theirs = {name: getattr(recipe, name) for name in NamedProblem.model_fields if name in recipe.model_fields_set}
    theirs = {name: value for name, value in theirs.items() if name not in named}
    expect_consent(f"'{path}'", (theirs.get("problem", ""), theirs.get("model", "")), trust)
    return {**theirs, **named}, list(recipe.weights[:2])
