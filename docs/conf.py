"""Configuration: how Sphinx builds these pages; `make docs` runs it. The choice is told in decisions/0012-sphinx.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

import lossvista
from lossvista.compute.choices import Choices, limits

ROOT = Path(__file__).resolve().parents[1]

project = "Lossvista"
author = "The Lossvista developers"
copyright = "2026, the Lossvista developers, BSD-3-Clause"
version = release = lossvista.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
myst_heading_anchors = 3
autodoc_typehints = "none"  # shapes and meaning stand in the docstrings; the signatures would fill a page with types
add_module_names = False
smartquotes = False  # they would turn --flag into a dash

html_theme = "furo"
html_title = f"Lossvista {version}"
html_logo = html_favicon = "../resources/icons/lossvista.svg"
html_static_path = ["_static"]
html_css_files = ["lossvista.css"]
html_copy_source = False
html_show_sphinx = False

# Files of the repository that are pages here: path from the root → page.
PAGES = {
    "CONTEXT.md": "glossary.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "benchmarks/README.md": "benchmarks.md",
    "packaging/README.md": "packaging.md",
}


def here(_app: Sphinx, page: str, source: list[str]) -> None:
    """Links that are right on a forge (../CONTEXT.md, and from an included file ../docs/x.md) become right here."""
    up = "../" * page.count("/")
    for file, own in PAGES.items():
        source[0] = source[0].replace(f"](../{up}{file}", f"]({up}{own}")


def included(_app: Sphinx, path: Path, _parent: str, source: list[str]) -> None:
    """The same in a file of the repository that a page includes."""
    source[0] = re.sub(r"\]\((\.\./)?docs/", "](", source[0])
    for file, own in PAGES.items():
        source[0] = source[0].replace(f"]({Path(file).name})" if path.name != Path(file).name else "\0", f"]({own})")


def readable(_app: Sphinx, _what: str, _name: str, thing: Any, _options: Any, lines: list[str]) -> None:
    """Our docstrings are plain text with `code`; reStructuredText wants ``code``, and would take * and _ for markup. The fields of a
    `Choices` model follow as a list, from where they are declared."""
    lines[:] = [_marked(line) for line in lines]
    if isinstance(thing, type) and issubclass(thing, Choices):
        lines += ["", *_choices(thing)]


def _marked(line: str) -> str:
    parts = re.split(r"(`[^`]+`)", line)
    return "".join(f"`{p}`" if p.startswith("`") else re.sub(r"([*|\\]|(?<=\w)_(?!\w))", r"\\\1", p) for p in parts)


def _choices(model: type[Choices]) -> list[str]:
    lines = []
    for name, field in model.model_fields.items():
        low, high = limits(field)
        default = field.get_default(call_default_factory=True)
        said = [f"``{default!r}``" if not isinstance(default, Choices) else f"``{type(default).__name__}()``"]
        if low is not None or high is not None:
            said.append(f"{'' if low is None else f'{low:g}'} … {'' if high is None else f'{high:g}'}")
        help = " ".join((field.description or "").split())
        lines += [
            f"``{name}`` ({', '.join(said)})",
            f"    {_marked(help)}" if help else f"    {field.title or name}",
            "",
        ]
    return lines


def setup(app: Sphinx) -> None:
    app.connect("source-read", here)
    app.connect("include-read", included)
    app.connect("autodoc-process-docstring", readable)
