"""House: draws docs/images/house.svg, the plan of the house, from the tree and the imports in it. `python docs/tools/house.py`"""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "images" / "house.svg"
WINGS = {  # wing → its name, colour, and place: x, y, width
    "cli": ("command line", "#7d3c98", (250, 20, 500)),
    "window": ("window: Qt, never PyTorch", "#2b5d87", (20, 130, 440)),
    "computing": ("computing half: PyTorch, never Qt", "#c2410c", (540, 130, 440)),
    "looking": ("looking half: NumPy, h5py, meshes, matplotlib; neither Qt nor PyTorch", "#2f7d4f", (20, 0, 960)),
}
BESIDE = {  # what is called so lies beside the folders
    "cli": "train, compute, inspect, render, export, point …",
    "window": "window, session, jobs …",
    "computing": "run, plane, weights …",
    "looking": "nouns: grid, surface, landscape, relief, style …",
}
HEADING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 {bottom}" font-family="DejaVu Sans, sans-serif" font-size="13">
<rect width="1000" height="{bottom}" fill="white"/>
<defs><marker id="a" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
<path d="M0 0L10 5L0 10z" fill="#4b5563"/></marker></defs>"""
ROOM, GAP, HEAD = 30, 8, 34  # height of a room, space between rooms, height of a wing's title


def modules() -> dict[tuple[str, ...], Path]:
    """("compute", "storage", "reader") → file, without the `__init__`s' own names."""
    found = {}
    for file in sorted([*(ROOT / "app").rglob("*.py"), *(ROOT / "compute").rglob("*.py")]):
        parts = file.relative_to(ROOT).with_suffix("").parts
        found[parts[:-1] if parts[-1] == "__init__" else parts] = file
    return found


def wings(found: dict[tuple[str, ...], Path]) -> dict[tuple[str, ...], str]:
    """Module → its wing. Computing is what has PyTorch loaded once it is imported."""
    heavy = {module for module, file in found.items() if module[0] == "compute" and takes_torch(file)}
    needs = {module: imported(module, file, found) for module, file in found.items() if module[0] == "compute"}
    while more := {module for module, own in needs.items() if own & heavy} - heavy:
        heavy |= more
    return {
        module: "window"
        if module[0] == "app"
        else "cli"
        if module[1:] and module[1].startswith("cli")
        else "computing"
        if module in heavy
        else "looking"
        for module in found
    }


def takes_torch(file: Path) -> bool:
    names = [node.module or "" for node in top(file) if isinstance(node, ast.ImportFrom) and not node.level]
    names += [alias.name for node in top(file) if isinstance(node, ast.Import) for alias in node.names]
    return any(name.split(".")[0] in ("torch", "torchvision") for name in names)


@cache
def top(file: Path) -> list[ast.stmt]:
    """The statements that run when a module is imported."""
    return [node for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, (ast.Import, ast.ImportFrom))]


def rooms(found: dict[tuple[str, ...], Path], wing: dict[tuple[str, ...], str]) -> dict[str, list[str]]:
    """Wing → its rooms: folders, and what lies beside them. A folder with modules in both halves is in both."""
    plan: dict[str, list[str]] = {name: [] for name in WINGS}
    for module in found:
        if len(module) < 2:
            continue
        own, folder = wing[module], (ROOT / module[0] / module[1]).is_dir()
        if folder and len(module) == 2 and len([one for one in found if one[:2] == module]) > 1:
            continue  # a folder's own door: what is behind it decides
        name = module[1] if folder else BESIDE[own]
        if name not in plan[own]:
            plan[own].append(name)
    return {own: sorted(names, key=lambda name: (name not in BESIDE.values(), name)) for own, names in plan.items()}


def arrows(found: dict[tuple[str, ...], Path], wing: dict[tuple[str, ...], str]) -> set[tuple[str, str]]:
    """(from wing, to wing): which wings import from which. The command line imports when a command runs, all others at once."""
    falls = set()
    for module, file in found.items():
        falls |= {(wing[module], wing[target]) for target in imported(module, file, found)}
    return {(own, other) for own, other in falls if own != other} | {("cli", "computing"), ("cli", "window")}


def imported(module: tuple[str, ...], file: Path, found: dict[tuple[str, ...], Path]) -> set[tuple[str, ...]]:
    """Our own modules that a module imports when it is imported itself."""
    targets = set()
    for node in top(file):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = module if file.name == "__init__.py" else module[:-1]
            base = (*base[: len(base) - node.level + 1], *(node.module.split(".") if node.module else ()))
            targets |= {(*base, alias.name) if (*base, alias.name) in found else base for alias in node.names}
    return {target for target in targets if target in found and len(target) > 1}


def draw() -> str:
    found = modules()
    wing = wings(found)
    plan, falls = rooms(found, wing), arrows(found, wing)
    allowed = {
        ("window", "looking"),
        ("computing", "looking"),
        ("cli", "looking"),
        ("cli", "computing"),
        ("cli", "window"),
    }
    assert falls <= allowed, f"an arrow rises: {falls - allowed}"
    parts: list[str] = []
    boxes: dict[str, tuple[int, int, int, int]] = {}
    for name, (title, colour, (x, y, width)) in WINGS.items():
        if name == "looking":
            y = max(top + height for _x, top, _w, height in boxes.values()) + 50
        inside, height = cells(plan[name], x + 12, y + HEAD, width - 24)
        boxes[name] = (x, y, width, HEAD + height + 6)
        ink = f'rx="10" fill="{colour}" fill-opacity=".10" stroke="{colour}"'
        parts.append(f'<rect x="{x}" y="{y}" width="{width}" height="{boxes[name][3]}" {ink}/>')
        parts.append(f'<text x="{x + 14}" y="{y + 22}" font-weight="bold" fill="{colour}">{title}</text>')
        parts += [
            f'<rect x="{rx}" y="{ry}" width="{rw}" height="{ROOM}" rx="6" fill="white" stroke="{colour}" stroke-opacity=".6"/>'
            f'<text x="{rx + rw / 2:g}" y="{ry + 20}" text-anchor="middle" fill="#1f2937">{words}</text>'
            for words, rx, ry, rw in inside
        ]
    for own, other in sorted(falls):
        parts.append(arrow(boxes[own], boxes[other], own, other))
    bottom = max(y + height for _x, y, _w, height in boxes.values()) + 20
    return "\n".join([HEADING.format(bottom=bottom), *parts, "</svg>"]) + "\n"


def cells(names: list[str], x: int, y: int, width: int) -> tuple[list[tuple[str, int, int, int]], int]:
    """Rooms in rows, each as wide as its name: (name, x, y, width), and the height of all."""
    placed, at, row = [], x, y
    for name in names:
        own = 22 + 8 * len(name)
        if at + own > x + width and at > x:
            at, row = x, row + ROOM + GAP
        placed.append((name, at, row, own))
        at += own + GAP
    return placed, (row + ROOM + GAP - y) if names else 0


def arrow(box: tuple[int, ...], other: tuple[int, ...], own: str, to: str) -> str:
    """From the lower edge of one wing to the upper edge of another."""
    shift = {"window": 150, "computing": 290, "cli": {"window": 40, "computing": 460, "looking": 250}.get(to, 0)}[own]
    x1, y1 = box[0] + shift, box[1] + box[3]
    x2, y2 = x1, other[1]
    dashed = ' stroke-dasharray="6 4"' if (own, to) == ("cli", "window") else ""
    return f'<path d="M{x1} {y1}L{x2} {y2 - 2}" stroke="#4b5563" stroke-width="2" fill="none" marker-end="url(#a)"{dashed}/>'


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
    print(PICTURE, file=sys.stderr)
