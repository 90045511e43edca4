"""The tips of a form: the whole help of a field, in lines that fit on a screen."""

from __future__ import annotations

from lossvista.app.fields import OWN
from lossvista.app.forms import TIP_WIDTH, Form
from lossvista.compute.problem import MODELS
from lossvista.compute.recipe import Recipe


def test_a_long_help_is_broken_into_lines(qtbot) -> None:
    form = Form(Recipe, ["model", "data", "resolution"], own=OWN)
    qtbot.addWidget(form)
    for name, editor in form.editors.items():
        lines = editor.toolTip().split("\n")
        assert max(map(len, lines)) <= TIP_WIDTH and " ".join(lines) == Recipe.model_fields[name].description
        assert form.labels[name].toolTip() == editor.toolTip()
    assert len(form.editors["model"].toolTip().split("\n")) > 3
    assert set(MODELS) <= set(form.editors["model"].toolTip().replace(";", ",").replace("\n", " ").split(", "))
