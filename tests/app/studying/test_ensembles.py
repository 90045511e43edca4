"""Ensembles in the window: the table and the chart of what was found, one or both as there is room."""

from __future__ import annotations

import numpy as np

from lossvista.app.studying.ensembles import Ensembles
from lossvista.compute.curves.ensemble_told import TABLE
from lossvista.compute.table import Table


def test_table_and_chart(window, gui, small_landscape) -> None:
    columns = {"method": np.array(["fge", "fge", "swa", "swa"], dtype=object), "members": np.array([1.0, 2, 1, 2])}
    columns |= {"epochs": np.array([2.0, 4, 2, 4]), "member_test_error": np.array([0.2, 0.3, 0.2, 0.2])}
    columns |= {
        "together_test_error": np.array([0.2, 0.1, 0.2, 0.15]),
        "weights_test_error": np.array([0.2, 0.12, 0.2, np.nan]),
    }
    small_landscape.tables[TABLE] = Table(columns, {})
    document = window.desk.session.add(small_landscape)
    window.actions_made["study.ensemble"].trigger()
    view = window.docks["studies"].panel.sheet.view
    assert isinstance(view, Ensembles)
    assert view.rows.text() == "FGE\t2\t25.00%\t10.00%\t12.00%\nSWA\t2\t20.00%\t15.00%\t–"
    assert [one.name for one in view.chart.picture.series if one.listed] == ["FGE", "SWA"]
    own = Ensembles(window.desk)  # floated, and made larger
    own.show_document(document)
    own.resize(300, 200)
    own.show()
    gui.wait_for(lambda: own.what.isVisible() and own.rows.isVisible() and not own.chart.isVisible())
    own.what.show_value("chart")
    own.what.edited.emit(False)
    assert own.chart.isVisible() and not own.rows.isVisible()
    own.resize(900, 300)
    gui.wait_for(lambda: own.chart.isVisible() and own.rows.isVisible() and not own.what.isVisible())
    own.show_document(None)
    assert not own.rows.isVisible() and "Start from a network" in own.says.text()
    own.close()
    own.deleteLater()
