"""Part: one structure of the scene, its actors, and the aspects that it rebuilds when, and only when, they change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass

from vtkmodules.vtkCommonDataModel import vtkPlane
from vtkmodules.vtkRenderingCore import vtkProp, vtkRenderer

from ...compute.landscape import Landscape
from ...compute.style import Style
from .camera import Projection
from .sheet import Sheet


@dataclass(frozen=True, eq=False)
class Shot:
    """What shall be seen: the frozen snapshot from which the parts take what they need.

    sheet: the height field in scene units. still: for a picture (tubes, fine) and not for turning (lines, fast).
    draft: coarse triangles, while somebody turns the view on a slow renderer. pixels: device pixels in one of a 72-dpi
    screen, for line widths; text scales by itself. depth: height of the floor, below all that is drawn."""

    landscape: Landscape
    sheet: Sheet
    style: Style
    still: bool
    draft: bool
    pixels: float
    depth: float


@dataclass(frozen=True)
class Planes:
    """The threshold: `upper` cuts what stands in the scene, `floor` cuts what lies flattened on the floor."""

    upper: vtkPlane
    floor: vtkPlane


Aspect = tuple[str, Hashable, Callable[[Shot], None]]
_NEVER = object()


class Part:
    """Subclasses make their actors once, in `__init__`, and name their aspects: (name, what it depends on, how to apply it).
    An aspect that need not be looked at while the part is hidden is left out of the list, and keeps its last state."""

    name = ""

    def __init__(self, renderer: vtkRenderer) -> None:
        self._renderer = renderer
        self._props: list[vtkProp] = []
        self._applied: dict[str, Hashable] = {}

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        raise NotImplementedError

    def add(self, *props: vtkProp) -> None:
        for prop in props:
            self._renderer.AddViewProp(prop)
            self._props.append(prop)

    def update(self, shot: Shot, rebuilt: Counter[str]) -> None:
        """Apply what differs from the last shot, and count it."""
        for aspect, depends, apply in self.aspects(shot):
            if self._applied.get(aspect, _NEVER) != depends:
                apply(shot)
                self._applied[aspect] = depends
                rebuilt[f"{self.name}.{aspect}"] += 1

    def layout(self, seen: Projection, dpi: int) -> None:
        """Before a picture from another place or of another size: put words and numbers where this view wants them."""

    def hide(self) -> None:
        """Show nothing, until the next update."""
        for prop in self._props:
            prop.VisibilityOff()
        self._applied.pop("visible", None)

    def close(self) -> None:
        for prop in self._props:
            self._renderer.RemoveViewProp(prop)
        self._props.clear()
