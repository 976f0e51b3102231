"""The pages of batches: choose an operation for the instances of a search, see the exact number, run it, read the results."""

from __future__ import annotations

from runtime.http.batches.blueprint import blueprint

__all__ = ["blueprint"]
