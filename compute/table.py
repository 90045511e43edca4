"""Table: columns of equal length and how they were made: a spectrum, critical points, the models of a minefield."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

MISSING = float("nan")


@dataclass
class Table:
    """columns: name → (rows,) numbers or text. how: how it was made, such as a study's choices, as JSON values."""

    columns: dict[str, np.ndarray] = field(default_factory=dict)
    how: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> np.ndarray:
        """A column; all NaN where there is none of that name."""
        return self.columns.get(name, np.full(len(self), MISSING))

    def rows(self) -> Iterator[dict[str, object]]:
        """Each row as name → value."""
        for k in range(len(self)):
            yield {
                name: values[k].item() if hasattr(values[k], "item") else values[k]
                for name, values in self.columns.items()
            }


def numeric(table: Table, names: Iterable[str]) -> bool:
    """Whether these columns are there, and numbers: a file may come from anywhere."""
    columns = [table.columns.get(name) for name in names]
    return all(one is not None and np.issubdtype(np.asarray(one).dtype, np.number) for one in columns)
