"""Probing: reading values under the pointer, and pins: what the person marks and measures."""
