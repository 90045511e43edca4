"""Reopening: what was open when the window was left, and how it comes back at the next start."""
