"""Added: what a study has found so far, to be entered into a landscape in place of what has the same names there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ..landscape import Figure, Landscape
from ..surface import FieldInfo
from ..table import Table
from ..trajectory import Trajectory


@dataclass(frozen=True)
class Added:
    """fields: name → (ny, nx) over the landscape's grid, NaN where it is not known yet. info: what those fields mean. paths: of no
    recording, on the landscape's plane. trust: figures about the whole."""

    tables: Mapping[str, Table] = field(default_factory=dict)
    fields: Mapping[str, np.ndarray] = field(default_factory=dict)
    info: Mapping[str, FieldInfo] = field(default_factory=dict)
    paths: Mapping[str, Trajectory] = field(default_factory=dict)
    trust: Mapping[str, Figure] = field(default_factory=dict)

    def into(self, landscape: Landscape) -> None:
        """Enter it. Marks and numbers of samples stay: they are the surface's. Raises ValueError where a field is not of its grid."""
        for name, values in self.fields.items():
            if np.shape(values) != landscape.surface.grid.shape:
                raise ValueError(f"the field '{name}' is not of the landscape's grid")
        landscape.surface.fields.update({name: np.asarray(values, float) for name, values in self.fields.items()})
        landscape.surface.info.update(self.info)
        landscape.tables.update(self.tables)
        landscape.trajectories.update(self.paths)
        landscape.trust.update(self.trust)
