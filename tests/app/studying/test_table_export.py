"""The window writes the tables of studies, which the list of formats names."""

from __future__ import annotations

import numpy as np

from lossvista.app import exporting
from lossvista.compute.table import Table


def test_the_window_writes_a_table(window, small_landscape, tmp_path, monkeypatch) -> None:
    small_landscape.tables["spectrum"] = Table({"eigenvalue": np.array([3.0, -5.0])}, {"k": 2})
    window.desk.session.add(small_landscape)
    asked = []

    def answer(*given):
        asked.append(given[-1])
        return str(tmp_path / "w"), exporting.TABLE.format("spectrum")

    monkeypatch.setattr(exporting.QFileDialog, "getSaveFileName", answer)
    exporting.export_as(window.desk)
    assert exporting.TABLE.format("spectrum") in asked[0]
    assert (tmp_path / "w.csv").read_text("utf-8").splitlines()[1:] == ["# k = 2", "eigenvalue", "3", "-5"]
