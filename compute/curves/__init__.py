"""Curves: minima joined by curves of low loss, and ensembles of what lies along a training (Garipov et al. 2018)."""
