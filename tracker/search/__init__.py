"""Searching text by its words: what a word is, what was asked for, and where it stands. Pure."""
