"""The built-in networks, one family a file. Their names stand in `MODELS` of the folder above."""
