"""Landscape: all that one file holds: recipe, plane, surface, trajectories, provenance, trust."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from .errors import LossvistaError
from .surface import Patch, Surface
from .table import Table
from .trajectory import Trajectory

Figure = str | float | int | bool


@dataclass
class Axis:
    """How one axis of the plane was made, and, where it is small enough to be kept, the direction itself.

    label: for pictures. method: name of the direction. norm: ‖δ‖. ignored: names of unperturbed parameters.
    explained: share of the path's variance along it (PCA), else NaN. direction: parameter name → array, or empty."""

    label: str
    method: str = ""
    seed: int = 0
    normalization: str = ""
    norm: float = float("nan")
    explained: float = float("nan")
    ignored: tuple[str, ...] = ()
    direction: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass
class Landscape:
    """The document. recipe: the choices as plain JSON values. trust: name → figure (see `trust.py`). provenance: versions,
    device, hashes. tables: what studies found (spectrum, critical points), by name. extra: groups and attributes that we do not
    know, kept from load to save (opaque to everybody but `storage`)."""

    surface: Surface
    title: str = ""
    axes: list[Axis] = field(default_factory=list)
    trajectories: dict[str, Trajectory] = field(default_factory=dict)
    recipe: dict[str, Any] = field(default_factory=dict)
    trust: dict[str, Figure] = field(default_factory=dict)
    provenance: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    extra: Any = None

    def add(self, patch: Patch) -> None:
        """Enter a patch where it belongs."""
        (self.surface if patch.where == "surface" else self.trajectories[patch.where]).add(patch)

    def table(self, name: str) -> Table:
        """What a study found. Raises LossvistaError where there is no table of that name, or an empty one."""
        if not len(self.tables.get(name, ())):
            known = ", ".join(found for found, table in self.tables.items() if len(table))
            raise LossvistaError(
                f"The landscape '{self.title}' has no table '{name}'.",
                f"It has {known}." if known else "Studies find them: 'lossvista --help' lists the studies.",
            )
        return self.tables[name]

    @property
    def labels(self) -> tuple[str, str]:
        """Axis labels, with the share of the path's variance where there is one."""
        named = [
            f"{a.label}  ({a.explained:.1%} of variance)" if np.isfinite(a.explained) else a.label for a in self.axes
        ]
        return tuple((named + ["α", "β"][len(named) :])[:2])  # type: ignore[return-value]
