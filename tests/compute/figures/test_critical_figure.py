"""Critical points on flat pictures: at their place on a map, at their value on a curve, with a legend, names that do not overlap."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend

from lossvista.compute.errors import LossvistaError
from lossvista.compute.figures import draw, draw_montage
from lossvista.compute.figures.studies import draw_study
from lossvista.compute.progress import drain
from lossvista.compute.studies.critical import critical
from lossvista.compute.studies.topology import TopologyChoices
from lossvista.compute.style import Style


def marks(axes) -> list[tuple[str, float, float]]:
    found = [(str(line.get_marker()), *np.array(line.get_xydata())[0]) for line in axes.lines if len(line.get_xydata())]
    return [one for one in found if one[0] in "vD^"]


def test_on_a_map(critical_landscape) -> None:
    axes = draw(Figure(), critical_landscape, Style(view="map", critical_rim=False))
    table = critical_landscape.tables["critical_points"]
    expected = {
        ({"minimum": "v", "saddle": "D"}[row["kind"]], row["alpha"], row["beta"])
        for row in table.rows()
        if not row["rim"]
    }
    assert set(marks(axes)) == expected and len(expected) == 3
    assert {text.get_text() for text in axes.get_legend().get_texts()} == {"minima", "saddles"}
    assert any(text.get_text().startswith("min 2") for text in axes.texts)
    assert not marks(draw(Figure(), critical_landscape, Style(view="map", critical=False)))


def test_on_a_curve(line_landscape) -> None:
    line_landscape.surface.fields["train_loss"] = 2 + np.cos(6 * line_landscape.surface.grid.alpha)[None]
    drain(critical(line_landscape, TopologyChoices())).into(line_landscape)
    found = marks(draw(Figure(), line_landscape, Style()))
    assert sorted(symbol for symbol, *_ in found) == ["^", "v", "v"]
    assert any(symbol == "^" and x == 0 and y == 3 for symbol, x, y in found)


def test_merge_tree_and_persistence_as_figures(critical_landscape, small_landscape) -> None:
    figure = Figure()
    axes = draw_study(figure, critical_landscape, "merge-tree")
    assert any(text.get_text() == "min 2" for text in axes.texts)
    axes = draw_study(figure, critical_landscape, "persistence", "dark")
    assert axes.get_xscale() == "linear" and "basins (minimum and saddle)" in axes.get_legend_handles_labels()[1]
    with pytest.raises(LossvistaError):
        draw_study(figure, small_landscape, "merge-tree")


def test_beside_each_other_they_share_a_legend_and_names_keep_clear(critical_landscape) -> None:
    figure = Figure(figsize=(9, 4.5))
    panels = draw_montage(figure, [critical_landscape, critical_landscape], Style(critical_least=0.0))
    legends = [text.get_text() for legend in figure.findobj(Legend) for text in legend.get_texts()]
    assert sorted(legends) == ["minima", "saddles"]
    FigureCanvasAgg(figure).draw()
    for panel in panels:
        boxes = [text.get_window_extent() for text in panel.texts if text.get_text().startswith(("min", "saddle"))]
        assert len(boxes) >= 2  # a name without room is left out
        for k, one in enumerate(boxes):
            assert not any(one.overlaps(other) for other in boxes[k + 1 :])
