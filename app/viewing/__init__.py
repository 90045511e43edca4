"""Viewing: where the 3-D view is seen from: its projection, and views kept under a name."""
