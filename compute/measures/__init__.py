"""Measures: figures of a network's loss beyond its values: gradient, curvature, sharpness."""
