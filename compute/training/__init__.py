"""Training a network by name, and recording the checkpoints of its path, in our loop or in anybody's.

recipe: the choices. train: the loop. recorder: writes a recording. recording: reads one."""
