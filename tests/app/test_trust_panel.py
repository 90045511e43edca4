"""The trust panel: verdicts by shape and colour, and what they mean and ask for, unfolded where it matters."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lossvista.app import theme
from lossvista.app.panels.trust import ICONS, Trust
from lossvista.app.panels.trust_told import summary
from lossvista.app.session import Session
from lossvista.compute.trust import TrustLine, figures


@pytest.fixture
def landscape(small_landscape):
    small_landscape.trust = {
        "centre_loss": 0.5,
        "checkpoint_loss": 0.5,
        "cosine": 0.9,
        "samples": 5,
        "samples_available": 5,
    }
    return small_landscape


@pytest.fixture
def panel(qtbot, landscape) -> Trust:
    session = Session()
    made = Trust(session)
    qtbot.addWidget(made)
    made.resize(320, 700)
    made.show()
    session.add(landscape)
    return made


def row(panel, label):
    (found,) = (row for row in panel.shown if row.line.label == label)
    return found


def test_each_figure_is_a_row_with_its_words(panel, landscape) -> None:
    lines = figures(landscape)
    assert [shown.line for shown in panel.shown] == lines
    for shown, line in zip(panel.shown, lines, strict=True):
        assert (shown.label.text(), shown.value.text()) == (line.label, line.value)
        assert (shown.meaning.text(), shown.todo.text()) == (line.meaning, line.todo)
        assert line.meaning in shown.accessibleName()


def test_what_is_not_good_is_unfolded(panel) -> None:
    bad, good = row(panel, "cos(δ, η)"), row(panel, "Loss at the centre")
    assert bad.meaning.isVisible() and bad.todo.isVisible() and bad.todo.text()
    assert not good.meaning.isVisible() and good.toolTip() == good.line.meaning
    assert "1 of" in panel.summary.text() and "failed" in panel.summary.text()


def test_rows_have_their_heights_at_once_not_after_the_next_picture(panel, small_landscape) -> None:
    panel.resize(320, 200)
    small_landscape.trust["parameters"] = 10  # a figure more, so that the rows are made anew; no event is processed
    panel.session.replace(panel.session.current, small_landscape)
    assert panel.widget().height() == panel.widget().layout().heightForWidth(panel.viewport().width()) > 200
    assert all(one.height() >= one.heightForWidth(one.width()) for one in panel.shown)


def test_a_click_or_a_key_unfolds_and_it_stays_so(panel, landscape) -> None:
    good = row(panel, "Loss at the centre")
    QTest.mouseClick(good, Qt.MouseButton.LeftButton)
    assert good.meaning.isVisible() and not good.todo.isVisible()  # there is nothing to do
    bad = row(panel, "cos(δ, η)")
    QTest.keyClick(bad, Qt.Key.Key_Space)
    assert not bad.meaning.isVisible()
    panel.refresh()
    assert row(panel, "Loss at the centre").is_open and not row(panel, "cos(δ, η)").is_open


def test_all_at_once(panel) -> None:
    panel.fold.click()
    assert all(shown.is_open for shown in panel.shown)
    panel.fold.click()
    assert not any(shown.is_open for shown in panel.shown)


def test_new_values_come_into_the_rows_that_are_there(panel, landscape) -> None:
    before = row(panel, "cos(δ, η)")
    landscape.trust["cosine"] = 0.01
    panel.refresh()
    assert row(panel, "cos(δ, η)") is before and before.value.text() == "0.01" and not before.is_open
    assert "failed" not in panel.summary.text()


def test_verdicts_differ_in_shape_not_only_in_colour(qtbot) -> None:
    assert len(set(ICONS.values())) == len(ICONS)
    pictures = [theme.draw(name, 32, "#000000").toImage() for name in ICONS.values()]
    for one in range(4):
        for other in range(one):
            differing = sum(
                pictures[one].pixelColor(x, y).alpha() != pictures[other].pixelColor(x, y).alpha()
                for x in range(32)
                for y in range(32)
            )
            assert differing > 40, (list(ICONS)[one], list(ICONS)[other])


def test_copy(panel) -> None:
    panel.copy.click()
    text = QApplication.clipboard().text()
    assert "cos(δ, η): 0.9  [poor]" in text and row(panel, "cos(δ, η)").line.todo in text


def test_nothing_open(panel) -> None:
    panel.session.close(panel.session.documents[0])
    assert panel.shown == [] and "Open a landscape" in panel.summary.text() and not panel.copy.isVisible()


def test_the_summary_counts() -> None:
    lines = {verdict: TrustLine("", "", verdict, "") for verdict in ("good", "fair", "poor", "info")}
    assert "nothing" in summary([lines["info"]])
    assert summary([lines["good"]] * 2) == "All 2 checks are good."
    assert summary([lines["good"], lines["fair"]]) == "1 of 2 checks are good; one deserves a look."
    assert summary([lines["poor"], lines["fair"]]).startswith("1 of 2 checks failed")


def test_no_advice_in_the_window_names_a_flag_of_the_command_line(any_landscape):
    from lossvista.compute.trust import figures

    any_landscape.trust |= {
        "axis_cosine": 0.9,
        "samples": 5,
        "samples_available": 50,
        "centre_loss_se": 1.0,
        "centre_loss": 1.0,
    }
    lines = figures(any_landscape)
    assert any(line.flag for line in lines) and not any("--" in line.todo + line.meaning for line in lines)
