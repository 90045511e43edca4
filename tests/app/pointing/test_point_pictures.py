"""The pictures of the panel for a point: matrix, gallery, image, the names at the ends of paths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QSize

from lossvista.app.panels.point import worst_of
from lossvista.app.pointing.gallery import Gallery, caption, image_of
from lossvista.app.pointing.matrix import Matrix
from lossvista.compute.point.report import Shown, SplitReport


@settings(max_examples=15)
@given(st.integers(1, 60) | st.just(1000), st.integers(150, 700), st.integers(0, 999))
def test_each_cell_of_a_matrix_is_found_where_it_is_drawn(qapp, classes, width, seed):
    matrix = Matrix()
    counts = np.random.default_rng(seed).integers(0, 50, (classes, classes))
    matrix.show_matrix(counts, tuple(f"class {k}" for k in range(classes)))
    matrix.resize(width, matrix.sizeHint().height())
    matrix.setFixedHeight(matrix.sizeHint().height())
    left, top, cell = matrix._left(), matrix._top, matrix._cell
    for j, i in {(0, 0), (classes - 1, 0), (classes // 2, classes - 1)}:
        assert matrix.cell_at(QPointF(left + (i + 0.5) * cell, top + (j + 0.5) * cell)) == (j, i)
        assert f"{counts[j, i]:,} of {counts[j].sum():,}" in matrix.words(j, i)
    assert matrix.cell_at(QPointF(left - 1, top)) is None
    assert not matrix.grab().isNull()
    matrix.deleteLater()


def test_a_matrix_is_described_for_those_who_do_not_see_it(qapp):
    matrix = Matrix()
    matrix.show_matrix(np.array([[3, 1, 0], [0, 5, 4], [0, 0, 0]]), ("cat", "dog", "fox"))
    assert matrix.accessibleDescription().startswith("4 of dog taken for fox, 1 of cat taken for dog")
    matrix.show_matrix(None, ())
    assert matrix.isHidden()
    matrix.deleteLater()


@pytest.mark.parametrize("shape", [(8, 8), (5, 9, 3)])
def test_an_image_keeps_its_pixels(qapp, shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    image = image_of(pixels)
    assert image.size() == QSize(shape[1], shape[0])
    found = image.pixelColor(3, 2)
    wanted = pixels[2, 3] if pixels.ndim == 3 else [pixels[2, 3]] * 3
    assert [found.red(), found.green(), found.blue()] == list(wanted)


def test_a_gallery_lays_out_its_tiles_and_finds_them_again(qapp):
    gallery = Gallery()
    shown = tuple(Shown(np.full((4, 4), k, np.uint8), "", k, "7", "2", 0.99, 1.5) for k in range(7))
    gallery.resize(290, 10)
    gallery.show_samples(shown)
    boxes = gallery.boxes()
    assert len(boxes) == 7 and gallery._columns() == 3 and gallery.height() >= boxes[-1].bottom()
    for one, box in zip(shown, boxes, strict=True):
        assert gallery.at(box.center()) is one
    assert caption(shown[0]) == "7 → 2  99%" and not gallery.grab().isNull()
    gallery.show_samples((Shown(None, "the tea was dull", 3, "bad", "good", float("nan"), 2.0),))
    assert not gallery.pictured and gallery._columns() == 1 and not gallery.grab().isNull()
    gallery.show_samples(())
    assert gallery.isHidden()
    gallery.deleteLater()


def test_headings_say_how_many_there_are():
    def part(wrong: int, shown: int, predicted: str = "2", confusion=np.eye(2, dtype=int)) -> SplitReport:  # noqa: B008
        one = Shown(None, "x", 0, "1", predicted, 0.9, 1.0)
        return SplitReport("train", 9, 0.1, 0.1, {}, ("1", "2"), confusion, (one,) * shown, wrong)

    assert worst_of(part(30, 24)) == "Most confidently wrong: 24 of 30"
    assert worst_of(part(3, 3)) == "All that are wrong: 3"
    assert worst_of(part(0, 0)) == "Nothing is wrong"
    assert worst_of(part(0, 2, "", None)) == "Largest losses"


@given(st.lists(st.tuples(st.floats(0, 400), st.floats(0, 300), st.floats(20, 90)), max_size=8))
def test_names_at_the_ends_of_paths_do_not_cover_one_another(ends):
    from lossvista.app.scene.words import above

    boxes: list = []
    for left, bottom, wide in ends:
        box = above(left, bottom, wide, 16, boxes, 2)
        assert box[1] >= bottom and box[3] == box[1] + 16
        boxes.append(box)
    for k, one in enumerate(boxes):
        for other in boxes[:k]:
            assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]
