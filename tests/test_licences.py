"""Licences: everything that an installation brings along may be used with, and distributed beside, a program under BSD-3-Clause."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
# Permissive licences: names as people write them in metadata. MPL-2.0 binds the files that are under it and nothing else.
PERMISSIVE = re.compile(
    r"(BSD|0BSD|MIT|MIT-CMU|Apache|PSF|Python Software Foundation|ISC|Zlib|CC0|BSL-1\.0|Unlicense|HPND|Mozilla Public License 2|MPL-2)"
)
# What is not permissive, and why it may be there all the same. docs/licences.md tells the person.
KNOWN = {
    "pyside6-essentials": "LGPL-3.0",  # used as a library that can be replaced, unchanged
    "shiboken6": "LGPL-3.0",
    "nvidia": "proprietary",  # comes with PyTorch on Linux; we neither change nor distribute it
    "cuda": "proprietary",
}


def name_of(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).lower()


def direct() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [Requirement(one) for one in project["dependencies"]]


def brought_along() -> dict[str, str]:
    """Each library that is installed because of ours, directly or not → its licence as its metadata tell it."""
    todo, found = direct(), dict[str, str]()
    while todo:
        wanted = todo.pop()
        name = name_of(wanted.name)
        if name in found or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        try:
            there = distribution(wanted.name)
        except PackageNotFoundError:  # for another system, or another build of PyTorch
            continue
        about = there.metadata
        classified = [
            one.split(" :: ")[-1] for one in about.get_all("Classifier") or [] if one.startswith("License ::")
        ]
        found[name] = about["License-Expression"] or "; ".join(classified) or (about["License"] or "").split("\n")[0]
        todo += map(Requirement, there.requires or ())
    return found


def permissive(licence: str) -> bool:
    """Whether all parts of it are, or one of those to choose from."""
    choices = licence.split(" OR ")
    return any(all(PERMISSIVE.search(part) for part in re.split(r" AND |; ", choice)) for choice in choices)


def test_what_is_brought_along_may_be() -> None:
    found = brought_along()
    assert len(found) > 30
    others = {name: licence for name, licence in found.items() if not permissive(licence)}
    unknown = {name: licence for name, licence in others.items() if not any(name.startswith(one) for one in KNOWN)}
    assert not unknown, "see whether their licences allow it, then say so in docs/licences.md and KNOWN"


def test_the_page_lists_every_library_that_is_asked_for() -> None:
    page = (ROOT / "docs" / "licences.md").read_text("utf-8")
    rows = {name_of(name) for name in re.findall(r"^\| ([\w-]+) \|", page, re.MULTILINE)}
    assert rows - {"library"} == {name_of(one.name) for one in direct()}
