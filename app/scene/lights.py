"""Lights: a warm key light over the viewer's shoulder, a cool fill, one from behind and one from below. They turn with the view."""

from __future__ import annotations

import numpy as np
from vtkmodules.vtkRenderingCore import vtkCamera, vtkLight, vtkRenderer

from .palette import unit

# Position as seen with the eye at azimuth 238°, colour, intensity.
RIG = (
    ((-3.0, -2.2, 5.0), "#fff4e2", 0.92),
    ((4.0, -3.0, 2.2), "#cfe0ff", 0.42),
    ((0.0, 4.0, 3.0), "#ffffff", 0.29),
    ((-2.0, -3.0, -2.5), "#e8eeff", 0.24),  # from below, for the outer walls of a valley
)
AZIMUTH = 238.0


class Lights:
    """Directional lights. They keep their place beside the viewer, so that a scene is lit alike from every side."""

    def __init__(self, renderer: vtkRenderer) -> None:
        renderer.RemoveAllLights()
        renderer.AutomaticLightCreationOff()
        self._lights: list[vtkLight] = []
        for _, color, intensity in RIG:
            light = vtkLight()
            light.SetLightTypeToSceneLight()
            light.PositionalOff()
            light.SetColor(unit(color))
            light.SetIntensity(intensity)
            renderer.AddLight(light)
            self._lights.append(light)
        self._turned: float | None = None

    def follow(self, camera: vtkCamera) -> None:
        """Turn with the camera about the vertical. From straight above or below, the view's top is as good as its back."""
        gaze = np.subtract(camera.GetFocalPoint(), camera.GetPosition())
        if np.hypot(gaze[0], gaze[1]) < 1e-3 * np.linalg.norm(gaze):
            gaze = np.array(camera.GetViewUp())
        azimuth = float(np.degrees(np.arctan2(-gaze[1], -gaze[0])))
        if azimuth == self._turned:
            return
        self._turned = azimuth
        turn = np.radians(azimuth - AZIMUTH)
        cos, sin = np.cos(turn), np.sin(turn)
        for light, ((x, y, z), _, _) in zip(self._lights, RIG, strict=True):
            light.SetPosition(cos * x - sin * y, sin * x + cos * y, z)

    def close(self, renderer: vtkRenderer) -> None:
        for light in self._lights:
            renderer.RemoveLight(light)
        self._lights.clear()
