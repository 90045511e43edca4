"""Panes: the centre of the window, in one to six parts, each with a landscape in a view of its own."""
