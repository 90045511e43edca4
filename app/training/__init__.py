"""Training in the window: the dialog that starts one, the recordings that are followed, and the pictures of their curves."""
