"""Draft: the choices of a recipe that is being made: where the network comes from, and which choices count for that."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from ...compute.recipe import Recipe
from ...compute.there import is_folder
from ..language import tr

SUFFIXES = (".safetensors", ".pt", ".pth", ".ckpt", ".t7", ".th", ".bin", ".tar")
HUGGING_FACE = ("config.json", "model.safetensors", "pytorch_model.bin", "adapter_model.safetensors")


class Source(Enum):
    """Where the network comes from."""

    DEMO = "demo"
    NAMED = "named"
    FILE = "file"
    RECORDED = "recorded"


@dataclass(frozen=True)
class Kind:
    """text, icon, help: of the card. shown, more: the fields that are asked for, at once and on request."""

    text: str
    icon: str
    help: str
    shown: tuple[str, ...] = ()
    more: tuple[str, ...] = ()


KINDS = {
    Source.NAMED: Kind(
        tr("Network by name"),
        "layers",
        tr("Built in, or of torchvision, timm or transformers, with your checkpoint"),
        ("model", "data", "weights"),
        ("test_data", "normalize", "download"),
    ),
    Source.FILE: Kind(
        tr("My Python file"),
        "code",
        tr("make_problem() returns your network, data and loss"),
        ("problem", "weights"),
    ),
    Source.RECORDED: Kind(
        tr("Recorded training"),
        "path",
        tr("A folder of checkpoints: the path that an optimizer took"),
        ("trajectory", "also"),
        ("problem", "model", "data", "weights", "test_data", "normalize", "download"),
    ),
    Source.DEMO: Kind(tr("Demo"), "demo", tr("A small network is trained here, in about a minute")),
}
PROBLEM = (
    "problem",
    "model",
    "data",
    "trajectory",
    "also",
    "weights",
    "test_data",
    "normalize",
    "download",
)  # the first page's fields, in their order; trust_pickle is asked file by file
AS_RECORDED = ("model", "data")  # left empty, a recording says them itself


def source_of(values: dict[str, Any]) -> Source:
    """Where a recipe's network comes from."""
    if values.get("trajectory"):
        return Source.RECORDED
    return Source.FILE if values.get("problem") else Source.NAMED


def stem_of(source: Source, values: dict[str, Any]) -> str:
    """What a landscape of this network may be called."""
    named = {
        Source.FILE: Path(str(values["problem"]).partition(".py")[0]).name,
        Source.RECORDED: Path(str(values["trajectory"])).name,
    }
    return named.get(source) or Path(str(values["model"]).partition(".py")[0]).name or "landscape"


def counting(source: Source, values: dict[str, Any], touched: Collection[str] = ()) -> dict[str, Any]:
    """Of what is entered, what goes into the recipe: the fields of this source and those of other pages that differ from their
    defaults, or were touched. What stays unset, a recording may say."""
    kind = KINDS[source]
    asked = {*kind.shown, *kind.more}
    taken = {}
    for name, value in values.items():
        if name in PROBLEM and name not in asked:
            continue
        if source is Source.RECORDED and name in (*AS_RECORDED, "problem") and not value:
            continue
        always = source is Source.NAMED and name in ("model", "data")
        if always or name in touched or value != Recipe.model_fields[name].default:
            taken[name] = value
    return taken


def checkpoints_among(names: Iterable[str]) -> bool:
    """Whether one of these files may be a checkpoint, by its suffix."""
    return any(Path(name).suffix.lower() in SUFFIXES for name in names)


def dropped(paths: Iterable[str]) -> dict[str, Any]:
    """The choices that files and folders stand for which were dropped on the window: a Python file is a problem, a checkpoint
    weights, a folder of them a trajectory. Empty where there is nothing of that kind."""
    values: dict[str, Any] = {}
    for path in map(Path, paths):
        if is_folder(path):
            held = {one.name for one in path.iterdir()}
            if held & set(HUGGING_FACE):
                values["weights"] = (*values.get("weights", ()), str(path))
            elif "recording.json" in held or checkpoints_among(held):
                first = "trajectory" not in values
                values |= {"trajectory": str(path)} if first else {"also": (*values.get("also", ()), str(path))}
        elif path.suffix.lower() == ".py":
            values["problem"] = str(path)
        elif path.suffix.lower() in SUFFIXES:
            values["weights"] = (*values.get("weights", ()), str(path))
    return values


class History:
    """States of the form, for undo and redo. A state is a dict of values."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.states, self.at = [dict(state)], 0
        self._field = ""

    def add(self, state: dict[str, Any], field: str) -> None:
        """The person changed a field. Changes of the same field, one after the other, are one step."""
        if state == self.states[self.at]:
            return
        again = field == self._field and self.at == len(self.states) - 1 and self.at > 0
        del self.states[self.at + (0 if again else 1) :]
        self.states.append(dict(state))
        self.at, self._field = len(self.states) - 1, field

    def step(self, by: int) -> dict[str, Any] | None:
        """The state one step back (−1) or forth (1), which is the current one from now on; None at the end."""
        if not 0 <= self.at + by < len(self.states):
            return None
        self.at, self._field = self.at + by, ""
        return dict(self.states[self.at])

    @property
    def can(self) -> tuple[bool, bool]:
        """Whether there is something to undo, and to redo."""
        return self.at > 0, self.at < len(self.states) - 1
