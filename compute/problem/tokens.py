"""Tokens: what networks and data of words agree on: how many numbers a word can have, and which one is no word."""

VOCABULARY = 128
PADDING, UNKNOWN = 0, 1
