"""Style: how a landscape looks. Frozen; undo is a list of them; it travels as a small JSON file beside the landscape."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from .choices import Choices, choice
from .layers import Letters, Shade, Stroke
from .pins import Pin, pair
from .relief import Relief

View = Literal["surface", "contours", "wireframe", "lines", "map", "curves"]
FLAT = ("map", "curves")  # the views that matplotlib draws, without OpenGL


class Camera(Choices):
    """Where a 3-D view is seen from, in scene units."""

    position: tuple[float, float, float]
    focus: tuple[float, float, float]
    up: tuple[float, float, float] = (0.0, 0.0, 1.0)
    angle: float = 27.0
    parallel: bool = False
    parallel_scale: float = 1.0


class Style(Choices):
    """One look. Views: surface = smooth mesh; contours = mesh with contour lines; wireframe; lines = floating coloured contour
    lines; map = flat 2-D contour map; curves = the loss along each axis through the centre. Layers: see `layers`.
    path_span: the true losses at the ends of the path's colours, where these are not those of the paths shown. measured: the places of
    the two pins that are measured between, () for none; None: all pins, where these are two."""

    view: View = choice("contours", "View", "How the surface is drawn.", group="View")
    relief: Annotated[Relief, Field(title="Relief")] = Relief()
    colormap: str = choice("viridis", "Colour map", "Of the loss.", group="Colour")
    color_field: str = choice(
        "", "Coloured by", "Another field that the surface's colours show; empty = that of the heights.", group="Colour"
    )
    color_low: float | None = choice(None, "Colours from", "Lowest value of that field's colours.", group="Colour")
    color_high: float | None = choice(None, "Colours to", "Highest value of that field's colours.", group="Colour")
    reverse: bool = choice(False, "Reverse colours", "Swap the colour map's ends.", group="Colour")
    theme: Literal["light", "dark"] = choice("light", "Background", "White, or near black.", group="View")
    surface: bool = choice(True, "Surface", "The mesh or its wires; on the map, the filled bands.", group="Layers")
    surface_ink: Stroke = Stroke()
    isolines: bool = choice(True, "Contour lines", "Lines of equal loss, in the views that have them.", group="Layers")
    isolines_ink: Stroke = Stroke()
    levels: int = choice(
        20, "Levels", "How many contour lines between the range's ends.", group="View", low=2, high=100
    )
    certainty: bool = choice(
        True,
        "Certainty",
        "Marks on the points that were not simply computed: estimated, bounds, interpolated.",
        group="Layers",
    )
    certainty_ink: Stroke = Stroke()
    floor: bool = choice(True, "Floor map", "A pale contour map below the surface.", group="Layers")
    floor_ink: Shade = Shade()
    path: bool = choice(True, "Descent path", "The optimizer's path at its true loss.", group="Layers")
    path_ink: Stroke = Stroke()
    path_color: Literal["loss", "name", "one"] = choice(
        "loss",
        "Coloured by",
        "Its true loss, one colour for each path and its optimizer, or one for all.",
        group="Path",
    )
    path_colormap: str = choice("lossvista:ember", "Path colours", "Of the true loss along the path.", group="Path")
    path_shape: Literal["tube", "line"] = choice("tube", "Drawn as", "A round tube, or a plain line.", group="Path")
    path_ends: bool = choice(True, "Start, end and epochs", "Mark where the path begins and ends, and each epoch.")
    path_drops: bool = choice(True, "Learning-rate drops", "Mark red where the learning rate was lowered.")
    stems: bool = choice(True, "Stems", "Thin lines from the path's true loss to the slice.", group="Layers")
    stems_ink: Stroke = Stroke()
    critical: bool = choice(
        True,
        "Critical points",
        "Minima, saddles and maxima of the surface, where they were looked for.",
        group="Layers",
    )
    critical_ink: Stroke = Stroke()
    critical_least: float = choice(
        0.02,
        "Persistence",
        "Only those whose persistence is at least this share of the surface's range.",
        group="Critical points",
        low=0.0,
        high=1.0,
    )
    critical_rim: bool = choice(True, "On the rim", "Also the paler ones where the surface ends and may go on.")
    critical_names: bool = choice(
        True, "Names", "Kind, place in the order of persistence, and value, of the first ones."
    )
    centre: bool = choice(True, "Centre", "A cross at (0, 0), where the checkpoint itself is.", group="Layers")
    centre_ink: Stroke = Stroke()
    axes: bool = choice(True, "Axes", "Axes with numbers.", group="Layers")
    axes_ink: Letters = Letters()
    colorbar: bool = choice(True, "Colour bar", "With the loss's numbers.", group="Layers")
    colorbar_ink: Letters = Letters()
    title: bool = choice(True, "Title", "The landscape's title above the picture.", group="Layers")
    title_ink: Letters = Letters()
    camera: Camera | None = None
    path_span: tuple[float, float] | None = None
    pins: tuple[Pin, ...] = ()
    measured: tuple[int, ...] | None = None

    @property
    def flat(self) -> bool:
        """Whether the view is one of those that matplotlib draws."""
        return self.view in FLAT

    @property
    def pair(self) -> tuple[Pin, Pin] | None:
        """The two pins that are measured between, in every view and export; None where none are."""
        return pair(self.pins, self.measured)

    def relieved(self, **values: object) -> Style:
        """A copy with some of the relief's values changed."""
        return self.replace(relief=self.relief.replace(**values))

    def restyled(self, **values: Any) -> Style:
        """A copy with some values changed; those of the relief and of inks have their group in front: relief_clip,
        path_ink_width. Raises LossvistaError where there is no such value, or it is not valid."""
        changes: dict[str, Any] = {}
        for name, value in values.items():
            group = next((g for g in GROUPS if name.startswith(f"{g}_")), "")
            if group:
                before = changes.get(group, getattr(self, group))
                changes[group] = before.replace(**{name.removeprefix(f"{group}_"): value})
            else:
                changes[name] = value
        return self.replace(**changes)

    def part(self, name: str) -> Any:
        """A value by the name that `restyled` takes."""
        group = next((g for g in GROUPS if name.startswith(f"{g}_")), "")
        return getattr(getattr(self, group), name.removeprefix(f"{group}_")) if group else getattr(self, name)


GROUPS = tuple(
    name for name, field in Style.model_fields.items() if isinstance(field.default, Choices)
)  # the fields that hold values of their own
