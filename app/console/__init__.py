"""Console: a Python prompt in the window, with the landscapes that are open."""
