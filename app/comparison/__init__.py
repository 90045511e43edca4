"""Comparison: several open landscapes in one picture, with a bar that says whether they may be compared."""
