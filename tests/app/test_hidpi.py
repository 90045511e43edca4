"""HiDPI: at every scale the picture is sharp, and what is under the pointer is what is read."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

SCRIPT = """
import json, sys
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
import lossvista.app.main as main
import lossvista.app.window as window
from lossvista.compute.relief import place
begin = window.Window.begin
def begun(self, *given):
    self.desk.settings.update(toured=True)
    def look():
        self.actions_made["camera.top"].trigger()
        view, scene, document = self.stage.view, self.stage.scene, self.desk.document
        size = view.grabFramebuffer().size()
        ratio, hits = view.devicePixelRatioF(), []
        self.stage.pane.hovered.connect(lambda a, b: hits.append((a, b)))
        surface = document.landscape.surface
        x, y = place(surface.grid)
        heights = document.relief.heights(surface.fields["train_loss"])
        wanted = []
        for j, i in ((2, 3), (5, 5), (8, 7), (9, 1)):
            renderer = view.renderer
            renderer.SetWorldPoint(x[i], y[j], heights[j, i], 1.0)
            renderer.WorldToDisplay()
            px, py, _ = renderer.GetDisplayPoint()
            at = QPointF(px / ratio, view.height() - 1 - py / ratio)
            none, left = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
            QApplication.sendEvent(view, QMouseEvent(QEvent.Type.MouseMove, at, view.mapToGlobal(at), none, none, left))
            wanted.append((surface.grid.alpha[i], surface.grid.beta[j]))
        print(json.dumps({"ratio": ratio, "hits": hits, "wanted": wanted, "logical": [view.width(), view.height()],
                          "device": [size.width(), size.height()]}))
        self.close()
    self.stage.ready.connect(lambda: QTimer.singleShot(300, look))
    begin(self, *given)
window.Window.begin = begun
sys.exit(main.main(sys.argv[1:]))
"""


@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
def test_the_picture_is_sharp_and_picks_right(qapp, saved, small_landscape, tmp_path, scale):
    environment = {**os.environ, "QT_SCALE_FACTOR": scale, "XDG_CONFIG_HOME": str(tmp_path / "config")}
    command = [sys.executable, "-c", SCRIPT, saved(small_landscape)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=180)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["ratio"] == float(scale)
    for logical, device in zip(said["logical"], said["device"], strict=True):
        assert abs(device - logical * said["ratio"]) <= 1
    assert len(said["hits"]) == len(said["wanted"])
    for hit, wanted in zip(said["hits"], said["wanted"], strict=True):
        assert hit == pytest.approx(wanted, abs=1e-9)  # a node that is near is meant
