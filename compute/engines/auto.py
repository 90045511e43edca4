"""Auto engine: this process where there is one device, a worker each where there are several GPUs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..surface import Patch
from .child import child, seats
from .inline import inline
from .task import Task

if TYPE_CHECKING:
    from ..blueprint import Blueprint


def auto(blueprint: Blueprint, tasks: Iterable[Task]) -> Iterator[Patch | str | None]:
    """The engine (see `engines`). With one device, a worker would cost its start and a second copy of PyTorch in memory."""
    recipe = blueprint.recipe
    return (child if len(seats(recipe.device, recipe.workers)) > 1 else inline)(blueprint, tasks)
