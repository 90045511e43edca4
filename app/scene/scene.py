"""Scene: a landscape in three dimensions, drawn by a PyVista plotter, without Qt."""

from __future__ import annotations

import weakref
from collections import Counter
from typing import Any, Literal

import numpy as np
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  (registers what draws)
from vtkmodules.vtkCommonDataModel import vtkPlane

from ...compute.captions import plane_note
from ...compute.landscape import Landscape
from ...compute.style import Camera, Style
from ...compute.tint import tint_of
from ...compute.trajectory import Trajectory
from . import camera as cameras
from . import framing
from .axes import AxesPart
from .camera import Projection
from .cap import CapPart
from .centre import CentrePart
from .certainty import CertaintyPart
from .colorbar import ColorBarPart
from .contours import ContourPart
from .critical import CriticalPart
from .floor import FLAT, FloorPart
from .lights import Lights
from .marker import MarkerPart
from .measure import MeasurePart
from .palette import palette, unit
from .part import Part, Planes, Shot
from .pick import Pick, pick
from .pins import PinsPart
from .playback import PlaybackPart
from .sheet import Sheet
from .surface import SurfacePart
from .trajectory import PathPart
from .words import WordsPart

Preset = Literal["iso", "front", "right", "top", "fit"]
FAR = 1e6  # a threshold that cuts nothing


class Scene:
    """Shows frozen snapshots (landscape, style) and applies only what differs between two of them.

    `rebuilt` counts what was rebuilt, by "part.aspect". `message` says why there is nothing to see; empty where there is.
    Coordinates of the scene are those of `Relief.heights` and `place`. Call `close` before the plotter's."""

    def __init__(self, plotter: Any, *, still: bool = False) -> None:
        self._plotter, self._renderer, self._still = plotter, plotter.renderer, still
        self.rebuilt: Counter[str] = Counter()
        self.message = ""
        self._landscape: Landscape | None = None
        self._style = Style()
        self._sheet: Sheet | None = None
        self._sheet_of: tuple[object, ...] | None = None
        self._grid_of: tuple[object, ...] | None = None
        self._draft = False
        self.shot: Shot | None = None  # what is drawn; None where that is nothing
        self._aimed: tuple[Preset, tuple[int, int], Camera] | None = (
            None  # preset, size of the picture, what came of it
        )
        self._parallel: bool | None = None  # as was asked for; None: as each preset has it
        self._seen: object = None
        self._box: tuple[float, ...] | None = None  # x, y and z, from and to, of all that is drawn; None: look for it
        self._lights = Lights(self._renderer)
        self._planes = Planes(vtkPlane(), vtkPlane())
        for plane in (self._planes.upper, self._planes.floor):
            plane.SetNormal(0, 0, -1)
        surface, path = SurfacePart(self._renderer, self._planes), PathPart(self._renderer, self._planes)
        self._axes, self._words = AxesPart(self._renderer), WordsPart(self._renderer)
        self._pins = PinsPart(self._renderer, self._planes)
        alone = (lambda: self.shot), self._render  # for parts that change without a new style
        self.marker = MarkerPart(self._renderer, self._planes, *alone)
        self.measure = MeasurePart(self._renderer, self._planes, self._pins)
        self.playback = PlaybackPart(self._renderer, self._planes, path, *alone)
        self.critical = CriticalPart(self._renderer, self._planes, *alone)
        self._parts: list[Part] = [
            surface,
            ContourPart(self._renderer, self._planes),
            FloorPart(self._renderer, self._planes, surface.data),
            path,
            CapPart(self._renderer, surface.data),
            CertaintyPart(self._renderer, self._planes),
            CentrePart(self._renderer, self._planes),
            self._axes,
            ColorBarPart(self._renderer),
            self._words,
            self.critical,
            self._pins,
            self.measure,  # after the pins, whose names it keeps clear of
            self.marker,
            self.playback,
        ]
        me = weakref.ref(self)
        self._observer = self._renderer.AddObserver("StartEvent", lambda *_: (scene := me()) and scene._frame())
        for part in self._parts:
            part.hide()

    # --- what shall be seen ---------------------------------------------------------------------------------------

    def show(self, landscape: Landscape | None, style: Style) -> None:
        """Show this landscape in this style. The camera stays, unless the style brings one or the grid is another.
        Raises LossvistaError where the style names a field that the landscape lacks, or an unknown colour map."""
        before = self._style.camera
        self._landscape, self._style = landscape, style
        self._update()
        if style.camera is not None and style.camera != before:
            self.look(style.camera)

    def refresh(self) -> None:
        """The shown landscape's values have changed: draw them anew."""
        self._sheet_of = None
        self._update()

    @property
    def draft(self) -> bool:
        """Whether the mesh is thinned out, for turning it on a slow renderer."""
        return self._draft

    @draft.setter
    def draft(self, draft: bool) -> None:
        if draft != self._draft:
            self._draft = draft
            self._update()

    def close(self) -> None:
        """Take everything out of the renderer again."""
        self._renderer.RemoveObserver(self._observer)
        for part in self._parts:
            part.close()
        self._parts.clear()
        self._lights.close(self._renderer)
        self._landscape = self._sheet = self.shot = None

    # --- where from -----------------------------------------------------------------------------------------------

    @property
    def camera(self) -> Camera:
        return cameras.read(self._renderer.GetActiveCamera())

    def look(self, preset: Preset | Camera) -> None:
        """Look from a preset direction, with everything in the picture; "fit" keeps the direction. Or as a camera says."""
        if isinstance(preset, str):
            self._aim(preset)
        else:
            self._aimed = None
            cameras.apply(self._renderer.GetActiveCamera(), preset)
        self._plotter.camera_set = True  # or PyVista would look for a camera of its own before the first picture
        self._render()

    def project(self, parallel: bool) -> None:
        """In parallel projection or perspective, from now on."""
        self._parallel = parallel
        aimed = self._aimed[0] if self._aimed is not None and self._aimed[2] == self.camera else None
        self.look(aimed or cameras.projected(self.camera, parallel))

    def _aim(self, preset: Preset) -> None:
        up, parallel = np.array([0.0, 0.0, 1.0]), bool(self._parallel)
        if preset == "fit":
            now = self.camera
            eye = np.subtract(now.position, now.focus)
            eye, up, parallel = (
                eye / np.linalg.norm(eye),
                np.array(now.up),
                self.camera.parallel if self._parallel is None else self._parallel,
            )
        elif preset == "top":
            eye, up, parallel = np.array([0.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.0]), self._parallel is not False
        else:
            azimuth, elevation = cameras.PRESETS[preset]
            if preset == "iso" and self._sheet is not None:
                azimuth = cameras.mouth(self._sheet, framing.slices(self._sheet, self._paths))
            eye = cameras.toward(azimuth, elevation)
        # Seen straight on, the axes' names stand beside the floor, not before its edges.
        straight, note = preset in ("front", "right", "top"), self._landscape and plane_note(self._landscape)
        inset = framing.inset(self._style, self._size, self._dpi / 72, straight=straight, noted=bool(note))
        points = framing.extent(self._sheet, self._paths, self._style)
        width, height = self._size
        to = cameras.fitted(points, eye, up, width / height, inset, parallel=parallel)
        cameras.apply(self._renderer.GetActiveCamera(), to)
        self._aimed = preset, self._renderer.GetSize(), self.camera

    def _keep_aim(self) -> None:
        """When the picture's size has changed since the scene was fitted into it, and nobody has turned it: fit it again."""
        if self._aimed is None or self._aimed[1] == self._renderer.GetSize():
            return
        preset, _, camera = self._aimed
        if camera == self.camera:
            self._aim("fit" if preset == "iso" else preset)
        else:
            self._aimed = None

    # --- what is under the mouse ----------------------------------------------------------------------------------

    def pick(self, x: float, y: float) -> Pick | None:
        """What is drawn at a pixel of the renderer, origin bottom left; None beside the surface."""
        if self._landscape is None or self._sheet is None or self.message:
            return None
        surface, clip = self._landscape.surface, self._style.relief.clip
        return pick(self._sheet, surface, clip, Projection(self._renderer), (x, y), self._dpi / 72)

    def pin_at(self, x: float, y: float) -> int | None:
        """Which of the look's pins is meant at a pixel of the renderer, origin bottom left; None where there is none near."""
        return self._pins.near(Projection(self._renderer), (x, y), self._dpi / 72)

    def critical_at(self, x: float, y: float) -> int | None:
        """Which critical point, as a row of its table, is meant at a pixel of the renderer, origin bottom left; None where none is near."""
        return self.critical.near(Projection(self._renderer), (x, y), self._dpi / 72)

    @property
    def _paths(self) -> list[Trajectory]:
        """Those that are drawn."""
        drawn = self._landscape is not None and self._style.path
        return list(self._landscape.trajectories.values()) if drawn else []

    @property
    def _size(self) -> tuple[int, int]:
        """Width and height of the picture; a window that was not shown yet has none."""
        width, height = self._renderer.GetSize()
        return (width, height) if min(width, height) > 0 else (1200, 900)

    # --- the difference -------------------------------------------------------------------------------------------

    @property
    def _dpi(self) -> int:
        return self._renderer.GetRenderWindow().GetDPI()

    def _update(self) -> None:
        landscape, style = self._landscape, self._style
        self._renderer.SetBackground(*unit(palette(style).background))
        if landscape is None:
            self._sheet = self._sheet_of = self._grid_of = None
            self.shot, self._box, self.message = None, None, ""
            for part in self._parts:
                part.hide()
            self._render()
            return
        relief = style.relief.model_copy(update={"clip": None, "clip_style": "remove"})
        of = (id(landscape), relief, style.color_field, style.color_low, style.color_high)
        if self._sheet is None or self._sheet_of != of:
            self._sheet, self._sheet_of = Sheet(landscape, relief, tint_of(landscape, style)), of
            self.rebuilt["sheet"] += 1
        sheet = self._sheet
        depth = framing.depth(sheet, self._paths)
        shot = Shot(landscape, sheet, style, self._still, self._draft, self._dpi / 72, depth)
        self._cut(sheet, depth)
        self.message = sheet.message(style.relief.clip)
        self.shot = None if self.message else shot
        self._box = None if self.message else framing.box(sheet, self._paths, depth)
        for part in self._parts:
            if self.message and part is not self._words:
                part.hide()
            else:
                part.update(shot, self.rebuilt)
        self._seen = None
        grid = (sheet.grid.shape, *sheet.grid.alpha[[0, -1]], *sheet.grid.beta[[0, -1]])
        if grid != self._grid_of:
            self._grid_of = grid
            self.look(style.camera or "iso")
        self._render()

    def _cut(self, sheet: Sheet, depth: float) -> None:
        """Move the threshold's planes."""
        cut = sheet.cut(self._style.relief.clip)
        height = FAR if cut is None else max(cut, -FAR)
        for plane, z in ((self._planes.upper, height), (self._planes.floor, depth + FLAT * height)):
            if plane.GetOrigin()[2] != z:
                plane.SetOrigin(0, 0, z)
                self.rebuilt["threshold"] += 1

    def _render(self) -> None:
        self._plotter.render()

    def _frame(self) -> None:
        """Before each picture: lights and words follow the view."""
        self._keep_aim()
        if self._box is None:
            self._renderer.ResetCameraClippingRange()
        else:  # looking for the bounds of all points would take longer than all the rest
            self._renderer.ResetCameraClippingRange(*self._box)
        self._lights.follow(self._renderer.GetActiveCamera())
        camera, dpi = self._renderer.GetActiveCamera(), self._dpi
        seen = (camera.GetMTime(), tuple(self._renderer.GetSize()), dpi)
        if seen == self._seen or self._landscape is None:
            return
        self._seen = seen
        projection = Projection(self._renderer)
        for part in self._parts:
            if part is self._words or not self.message:
                part.layout(projection, dpi)
