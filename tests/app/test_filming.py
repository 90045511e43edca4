"""Films: from the dialog to the file, given up on the way, and what cannot be filmed."""

from __future__ import annotations

import importlib.util

import pytest
from PIL import Image

from lossvista.app.filming import Filming, film
from lossvista.app.scene.reel import film as reel
from lossvista.compute.errors import LossvistaError
from lossvista.compute.progress import drain
from lossvista.compute.style import Style

MP4 = importlib.util.find_spec("imageio_ffmpeg") is not None


def frames(path) -> int:
    if path.suffix == ".gif":
        with Image.open(path) as opened:
            return opened.n_frames
    import imageio_ffmpeg

    reader = imageio_ffmpeg.read_frames(str(path))
    meta = next(reader)
    reader.close()
    assert meta["codec"] == "h264" and "yuv420p" in meta["pix_fmt"]
    return imageio_ffmpeg.count_frames_and_secs(str(path))[0]  # the reader leaves its pipes to the collector at the end


@pytest.mark.parametrize("motion", ["turntable", "path", "flight", "growth"])
def test_every_motion_moves(small_landscape, tmp_path, motion):
    path = tmp_path / "a.gif"
    drain(reel(small_landscape, Style(), str(path), motion, (96, 72), 0.4, 10))
    assert frames(path) == 4
    with Image.open(path) as opened:
        shown = []
        for number in range(4):
            opened.seek(number)
            shown.append(opened.convert("RGB").tobytes())
    assert len(set(shown)) == (4 if motion in ("turntable", "flight") else len(set(shown))) and len(set(shown)) > 1


@pytest.mark.skipif(not MP4, reason="imageio-ffmpeg is not installed")
def test_an_mp4_has_all_pictures_and_leaves_nothing_beside(small_landscape, tmp_path):
    path = tmp_path / "a.mp4"
    drain(reel(small_landscape, Style(), str(path), "turntable", (97, 73), 0.5, 10))
    assert frames(path) == 5 and [file.name for file in tmp_path.iterdir()] == ["a.mp4"]


@pytest.mark.skipif(not MP4, reason="imageio-ffmpeg is not installed")
def test_a_film_given_up_leaves_no_file(small_landscape, tmp_path):
    job = reel(small_landscape, Style(), str(tmp_path / "a.mp4"), "turntable", (96, 72), 2, 10)
    next(job)
    next(job)
    job.close()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "motion", "size", "words"),
    [
        ("a.avi", "turntable", (96, 72), "cannot be saved as '.avi'"),
        ("a.gif", "waltz", (96, 72), "no motion called 'waltz'"),
        ("a.gif", "turntable", (8, 8), "8 × 8 pixels cannot be made"),
    ],
)
def test_what_cannot_be_filmed_is_a_sentence(small_landscape, tmp_path, name, motion, size, words):
    with pytest.raises(LossvistaError, match=words):
        drain(reel(small_landscape, Style(), str(tmp_path / name), motion, size, 0.2, 10))
    assert not list(tmp_path.iterdir())


def test_no_path_no_film_of_one(small_landscape, tmp_path):
    small_landscape.trajectories.clear()
    with pytest.raises(LossvistaError, match="no descent path"):
        drain(reel(small_landscape, Style(), str(tmp_path / "a.gif"), "flight", (96, 72), 0.2, 10))


def test_from_the_window(window, gui, small_landscape, tmp_path):
    window.desk.session.add(small_landscape)
    dialog = film(window.desk)
    dialog.out.show_value(str(tmp_path / "a.avi"))
    dialog.go.click()
    assert "cannot be saved as .avi" in dialog.wrong.text() and dialog.job is None
    dialog.out.show_value(str(tmp_path / "a.gif"))
    dialog.seconds.setValue(1)
    dialog.rate.show_value(15)
    dialog.size_choice.show_value((640, 480))
    dialog.go.click()
    assert not dialog.go.isEnabled() and dialog.bar.isVisible()
    gui.wait_for(lambda: any("Saved a.gif" in text for text in gui.notices(window)), 120)
    assert frames(tmp_path / "a.gif") == 15


def test_cancel_gives_the_film_up(window, gui, small_landscape, tmp_path):
    window.desk.session.add(small_landscape)
    dialog = film(window.desk)
    dialog.out.show_value(str(tmp_path / "a.gif"))
    dialog.go.click()
    job = dialog.job
    dialog.reject()
    gui.wait_for(lambda: job.isFinished())
    assert not list(tmp_path.glob("*.gif"))


def test_a_landscape_without_a_path_offers_no_motion_along_it(window, small_landscape, tmp_path):
    small_landscape.trajectories.clear()
    dialog = Filming(window, small_landscape, Style(), tmp_path / "a.mp4")
    assert set(dialog.motion.values) == {"turntable", "growth"}
    dialog.reject()
