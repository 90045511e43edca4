"""What the list of landscapes says of each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lossvista.app.document import Document
from lossvista.app.panels.row import kind


@pytest.mark.parametrize(
    ("recipe", "told"),
    [
        ({"model": "resnet56", "problem": ""}, "resnet56"),
        ({"model": "cnn", "problem": "work/mine.py:make_problem"}, "mine.py"),
        ({"model": "cnn", "problem": "work/mine.py"}, "mine.py"),
        ({"model": "nets.py:Net"}, "nets.py:Net"),
    ],
)
def test_a_row_names_the_network_that_it_is_of(qapp, small_landscape, recipe, told):
    """The model's name is left at its default where the problem is somebody's own."""
    document = Document(replace(small_landscape, recipe=recipe))
    assert kind(document).split(" · ")[-1] == told
