"""Signals: what one process, record or system says to everybody who waits for it."""
