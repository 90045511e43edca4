"""The headless half: computes, stores and exports landscapes. Never imports Qt.

The *looking* modules (errors, grid, recipe, surface, trajectory, landscape, relief, style, storage, exporters, figures)
need no torch and open in a blink; the *computing* ones (weights, plane, problem, training, directions, engines, run) do.
"""
