"""Measures: figures of a network's loss beyond its values: so far its gradient and its Hessian."""
