"""Scale invariance in the window: what it is about before, the figure and what it says after."""

from __future__ import annotations

import numpy as np

from lossvista.compute.studies.rescaling import TABLE
from lossvista.compute.table import Table


def test_the_figure_of_a_landscape(window, gui, line_landscape) -> None:
    window.actions_made["study.scale"].trigger()
    sheet = window.docks["studies"].panel.sheet
    view = sheet.view
    assert view.pages.currentWidget() is view.empty and not sheet.go.isEnabled()
    alpha = line_landscape.surface.grid.alpha
    curves = {
        f"{n}_{k}": 1 + alpha**2 * (1 + 9 * (n + k == "rescalednone"))
        for n in ("original", "rescaled")
        for k in ("filter", "none")
    }
    how = {"layers": ["a × 10 and b ÷ 10"], "step": 0.1, "centre": {"original": 1.0, "rescaled": 1.0}}
    line_landscape.tables[TABLE] = Table({"alpha": alpha, "step": 0.1 * alpha, **curves}, how)
    window.desk.session.add(line_landscape)
    gui.wait_for(lambda: view.pages.currentWidget() is view.canvas)
    assert "A × 10" not in view.says.text() and view.says.text().startswith("Rescaled: a × 10 and b ÷ 10.")
    titles = [axes.get_title() for axes in view.figure.axes]
    assert any("same to 0" in title for title in titles) and any("5.5 × apart" in title for title in titles)
    assert np.isfinite(curves["rescaled_none"]).all()
    window.desk.session.close(window.desk.document)
    assert view.pages.currentWidget() is view.empty
