"""From a point of a landscape to its network: looked at, saved, made a centre, zoomed into; and balls that are dropped there."""
