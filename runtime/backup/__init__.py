"""Copies of an installation's database that are whole, proved, and brought back only into an empty place."""
