"""Minima: good and bad ones of one training loss, where they lie, and how wide their basins are (Huang et al. 2020)."""
