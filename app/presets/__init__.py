"""Presets: looks under a name, shipped and the person's own, to apply to any landscape and to share as files."""
