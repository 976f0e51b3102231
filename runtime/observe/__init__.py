"""How an installation is watched: its log, its numbers, its traces."""
