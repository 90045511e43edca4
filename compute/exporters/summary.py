"""Summary: recipe, axes, trust figures and ranges as JSON, for papers' supplements and scripts."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from ..info import summary
from ..storage.disk import put
from .seen import Seen

PATHS = ("weights", "trajectory", "also", "data", "test_data", "problem", "model", "directions")


def write(seen: Seen, target: Path) -> list[str]:
    """The same values as `lossvista info --json`; of files, only their names: folders tell whose machine it was."""
    found = summary(seen.landscape)
    found["recipe"] = {key: _named(value) if key in PATHS else value for key, value in dict(found["recipe"]).items()}  # type: ignore[call-overload]
    found |= {key: _without_folders(found[key]) for key in ("recipe", "provenance", "tables", "trust")}
    put(target, json.dumps(found, ensure_ascii=False, indent=1).encode("utf-8", "replace"))
    return [
        "JSON holds no values of points; CSV and NPZ hold them.",
        "Of the recipe's files it holds the names, not the folders.",
    ]


def _without_folders(value: Any) -> Any:
    """Anything, with the names alone of what looks like whole paths."""
    if isinstance(value, dict):
        return {key: _without_folders(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_folders(item) for item in value]
    whole = isinstance(value, str) and re.match(r"([\w-]{2,}:)?(/|~|[A-Za-z]:[\\/]|\\\\)", value)
    return _named(value) if whole else value


def _named(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_named(item) for item in value]
    if not isinstance(value, str):
        return value
    head, colon, rest = value.partition(":")
    if colon and len(head) > 1:  # imagefolder:DIR, FILE.py:function; C:\… has a single letter
        return f"{_last(head)}:{_last(rest)}"
    return _last(value)


def _last(text: str) -> str:
    return PurePosixPath(PureWindowsPath(text).as_posix()).name if text else text
