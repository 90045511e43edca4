"""The manual: links and pictures resolve, every page is in the navigation. Sphinx is not needed for that."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
TEXTS = [*PAGES, *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTEXT.md", "benchmarks/README.md"))]
FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def _prose(path: Path) -> str:
    """A page without its blocks of code, whose brackets are no links."""
    return FENCE.sub("", path.read_text(encoding="utf-8"))


def _anchors(path: Path) -> set[str]:
    """What can stand behind # in a link to this page: its headings, as forges and MyST spell them."""
    headings = re.findall(r"^#+ +(.+)$", _prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def _navigation(page: Path) -> set[Path]:
    """The pages that a page's toctrees lead to, and those that these lead to."""
    found: set[Path] = set()
    for tree in re.findall(r"^```\{toctree\}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        for line in tree.splitlines():
            if line and not line.startswith(":"):
                target = page.parent / f"{line}.md"
                found |= {target} | (_navigation(target) if target.exists() else set())
    return found


@pytest.mark.parametrize("text", TEXTS, ids=[str(text.relative_to(ROOT)) for text in TEXTS])
def test_every_relative_link_and_picture_is_there(text: Path) -> None:
    lost = []
    for link in LINK.findall(_prose(text)):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = unquote(link).partition("#")
        target = text.parent / file if file else text
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in _anchors(target)):
            lost.append(link)
    assert not lost


def test_every_page_is_in_the_navigation() -> None:
    index = DOCS / "index.md"
    assert _navigation(index) | {index} == set(PAGES), "add the page to a toctree of docs/index.md"


def test_no_picture_of_the_manual_is_shown_nowhere() -> None:
    shown = {
        (text.parent / unquote(link)).resolve() for text in TEXTS for link in LINK.findall(text.read_text("utf-8"))
    }
    pictures = {path.resolve() for path in (DOCS / "images").rglob("*") if path.suffix in (".png", ".svg")}
    assert not pictures - shown


def test_the_page_of_the_command_line_is_what_its_help_says() -> None:
    tool = runpy.run_path(str(DOCS / "tools" / "command_line.py"))
    held = (DOCS / "command-line.md").read_text(encoding="utf-8")
    if f"cyclopts {tool['made_with']()} " not in held:
        pytest.skip(f"the page was made with another cyclopts than the {tool['made_with']()} that is installed")
    assert held == tool["page"](), "run: python docs/tools/command_line.py"


def test_the_plan_of_the_house_can_be_drawn_and_no_arrow_in_it_rises() -> None:
    drawn = runpy.run_path(str(DOCS / "tools" / "house.py"))["draw"]()  # refuses to draw one that does
    for room in ("storage", "engines", "exporters", "panels", "scene"):
        assert f">{room}</text>" in drawn and f">{room}</text>" in (DOCS / "images" / "house.svg").read_text("utf-8")
