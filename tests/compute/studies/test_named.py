"""Named: a study from Python by its name, and its figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossvista import LossvistaError, load, render, save, study
from lossvista.compute.progress import drain


def test_a_study_by_its_name_is_kept_in_the_file_and_drawn(tmp_path: Path, small_landscape) -> None:
    save(small_landscape, tmp_path / "a.h5")
    found = drain(study("critical", tmp_path / "a.h5", tmp_path / "b.h5", scale="linear"))
    assert found.table("critical_points") and load(tmp_path / "b.h5").table("critical_points")
    assert "critical_points" not in load(tmp_path / "a.h5").tables
    render(found, tmp_path / "tree.svg", figure="merge-tree")
    assert "<svg" in (tmp_path / "tree.svg").read_text(encoding="utf-8")
    with pytest.raises(LossvistaError):
        render(small_landscape, tmp_path / "none.svg", figure="merge-tree")


def test_mistakes_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(LossvistaError, match="Did you mean 'critical'"):
        drain(study("critcal", tmp_path / "a.h5"))
    with pytest.raises(LossvistaError, match="out="):
        drain(study("minefield"))
    with pytest.raises(LossvistaError):
        drain(study("critical", tmp_path / "a.h5", scale="cubic"))
