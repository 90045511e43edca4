"""Soak: a window that is used for a long time while computations run, what it takes of the machine, and how long its event loop is busy.

    python benchmarks/soak.py [--minutes 60] [--every 60] [--workers 0] [--pause 500]

Needs a display (or `xvfb-run -a`) and Linux (/proc). Somebody opens and closes landscapes, changes looks and takes them back, goes
through the views, points at the picture and turns it, splits and unsplits, and switches between light and dark, a gesture every 30 ms;
after a command (all but pointing, turning, a slider that is pulled, and undo with its key held) the hand rests for --pause ms.
All the while a small network's landscape is computed again and again with as many workers as there are cores. Printed now and then:
resident memory, threads, open files, VTK's objects, widgets, and of the gaps between two turns of the event loop the 50th and 99th
percentile and the longest, in ms; and the same of what the window's thread computed between two turns, which other work on the machine
does not lengthen. At the end the gaps by what was done just before them."""

from __future__ import annotations

import argparse
import gc
import os
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from leaks import landscape, settle
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QSurfaceFormat
from PySide6.QtWidgets import QApplication

from lossvista.app import theme
from lossvista.app.job import State
from lossvista.app.opengl import OpenGL, Probe, surface_format
from lossvista.app.settings import Settings
from lossvista.app.window import Window
from lossvista.compute.recipe import Recipe
from lossvista.compute.storage import save
from lossvista.compute.training.recipe import Training

GESTURE_MS, TICK_MS = 30, 5
ITS_OWN = 5  # turns after a gesture that are counted as its own; the others are rest
QUICK = ("hover", "turn", "restyle", "undo")  # what a hand does without a rest


def gestures(window: Window, paths: list[str], recipe: Recipe, out: Path) -> Iterator[str]:
    """One thing that somebody does at each step, without end."""
    desk, actions, draw, number = window.desk, window.actions_made, random.Random(0), 0
    runs = desk.runs
    while True:
        for path in paths:
            desk.open(path)
            yield "open"
            for view in ("view.map", "view.lines", "view.contours", "view.surface"):
                actions[view].trigger()
                yield "view"
            for _ in range(20):
                desk.session.restyle("Look", levels=draw.randrange(3, 30), relief_height=draw.uniform(0.5, 2))
                yield "restyle"
            for _ in range(20):
                actions["edit.undo"].trigger()
                yield "undo"
            for name, button in (("hover", Qt.MouseButton.NoButton), ("turn", Qt.MouseButton.LeftButton)):
                yield from pointed(window, name, button)
        desk.session.places.arrange(*draw.choice([(1, 2), (2, 2)]))
        yield "split"
        actions[draw.choice(["theme.dark", "theme.light"])].trigger()
        yield "theme"
        desk.session.places.arrange(1, 1)
        yield "unsplit"
        for document in list(desk.session.documents):
            if not any(document in run.documents for run in runs.active):
                desk.session.close(document)
                yield "close"
        desk.notices.clear()
        if not runs.active:
            for run in list(runs.all):
                assert run.state is State.DONE, run.error
                runs.forget(run)
            number += 1
            (out / f"computed-{number - 1}.h5").unlink(missing_ok=True)
            runs.compute(recipe, str(out / f"computed-{number}.h5"))
            yield "compute"


def pointed(window: Window, name: str, button: Qt.MouseButton) -> Iterator[str]:
    """The pointer goes over the active picture, with a button held or none."""
    view, press, move = window.stage.view, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove
    if view is None or not view.isVisible():
        return

    def send(kind: QEvent.Type, k: int) -> None:
        at = QPointF(view.width() * (0.3 + 0.02 * k), view.height() * (0.4 + 0.01 * k))
        which = Qt.MouseButton.NoButton if kind == move else button
        QApplication.sendEvent(
            view, QMouseEvent(kind, at, view.mapToGlobal(at), which, button, Qt.KeyboardModifier.NoModifier)
        )

    if button != Qt.MouseButton.NoButton:
        send(press, 0)
        yield name
    for k in range(1, 20):
        send(move, k)
        yield name
    if button != Qt.MouseButton.NoButton:
        send(QEvent.Type.MouseButtonRelease, 19)
        yield name


def taken(window: Window) -> str:
    """Memory, threads, files and objects, as cells of the table."""
    gc.unfreeze()  # what is frozen is not counted
    gc.collect()
    memory = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    threads = len(list(Path("/proc/self/task").iterdir()))
    files = len(list(Path("/proc/self/fd").iterdir()))
    objects = sum(type(one).__name__.startswith("vtk") for one in gc.get_objects())
    gc.freeze()
    return f"{memory:.0f} MiB | {threads} | {files} | {objects} | {len(QApplication.allWidgets())}"


def main() -> None:
    """Use the window and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--every", type=float, default=60, help="seconds between two rows")
    parser.add_argument("--workers", type=int, default=0, help="0 = one a core")
    parser.add_argument("--pause", type=float, default=500, help="ms of rest after a command; 0 = as fast as it goes")
    given = parser.parse_args()
    QSurfaceFormat.setDefaultFormat(surface_format())
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    probe = Probe()
    app = QApplication(["lossvista"])
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        paths = [str(save(landscape(f"Waves {k}", 6.0 * k), folder / f"{k}.h5")) for k in (1, 2)]
        settings, opengl = Settings(folder / "settings"), probe.answer() or OpenGL("It took too long.")
        probe.close()
        settings.update(toured=True)
        theme.apply(app, "light")
        window = Window(settings, opengl)
        window.stage.ready.connect(gc.freeze)  # as `main` does
        window.resize(1200, 800)
        window.show()
        loop = QEventLoop()
        window.stage.ready.connect(lambda: QTimer.singleShot(0, loop.quit))
        window.begin(opengl, [])
        loop.exec()
        training = window.desk.runs.train(Training(model="mlp", epochs=1, samples=200), str(folder / "run"))
        window.desk.runs.finished.connect(lambda run: loop.quit() if run is training else None)
        loop.exec()
        window.desk.runs.forget(training)
        recipe = Recipe.of(
            model="mlp",
            trajectory=str(folder / "run"),
            resolution=41,
            engine="child",
            workers=given.workers or os.cpu_count(),
        )
        steps, gaps, last = gestures(window, paths, recipe, folder), list[float](), [time.perf_counter()]
        busy, before = list[float](), [time.thread_time()]
        after, did = defaultdict[str, list[tuple[float, float]]](list), "nothing"  # gap and busy, by gesture
        turns = [0]  # since the last gesture
        done, began, told, rests = 0, time.perf_counter(), 0.0, 0.0

        def tick() -> None:
            now, computed = time.perf_counter(), time.thread_time()
            gaps.append(1000 * (now - last[0]) - TICK_MS)
            busy.append(1000 * (computed - before[0]))
            after[did if turns[0] < ITS_OWN else "rest"].append((gaps[-1], busy[-1]))
            last[0], before[0] = now, computed
            turns[0] += 1

        def gesture() -> None:
            nonlocal done, told, did, rests
            if time.perf_counter() < rests:
                return
            try:
                did, turns[0] = next(steps), 0
            except BaseException:
                loop.quit()
                raise
            done += 1
            rests = time.perf_counter() + (0 if did in QUICK else given.pause / 1000)
            spent = time.perf_counter() - began
            if spent - told >= given.every or spent >= 60 * given.minutes:
                told = spent
                middle, most = np.percentile(gaps, [50, 99])
                row = f"| {spent / 60:.1f} | {done} | {taken(window)} | {max(middle, 0):.0f} | {most:.0f} | {max(gaps):.0f}"
                print(f"{row} | {np.percentile(busy, 99):.0f} | {max(busy):.0f} |", flush=True)
                gaps.clear()
                busy.clear()
                last[0], before[0] = (
                    time.perf_counter(),
                    time.thread_time(),
                )  # the counting itself is none of the window's
            if spent >= 60 * given.minutes:
                loop.quit()

        print(
            "| minutes | gestures | memory | threads | files | VTK objects | widgets | median gap | 99 % | longest | 99 % busy | longest |"
        )
        print("|---|---|---|---|---|---|---|---|---|---|---|---|")
        timers = []
        for interval, do in ((TICK_MS, tick), (GESTURE_MS, gesture)):
            timer = QTimer()
            timer.setTimerType(Qt.TimerType.PreciseTimer)
            timer.timeout.connect(do)
            timer.start(interval)
            timers.append(timer)
        loop.exec()
        for timer in timers:
            timer.stop()
        print(
            "\n| after | turns | median gap | 99 % | longest | median busy | 99 % | longest |\n|---|---|---|---|---|---|---|---|"
        )
        for name, both in sorted(after.items()):
            cells = [
                f"{max(value, 0):.0f}"
                for column in zip(*both, strict=True)
                for value in (*np.percentile(column, [50, 99]), max(column))
            ]
            print(f"| {name} | {len(both)} | {' | '.join(cells)} |")
        window.close()
        window.deleteLater()
        settle()


if __name__ == "__main__":
    main()
