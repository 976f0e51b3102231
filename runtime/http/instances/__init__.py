"""The pages of process instances: the list, and one instance with its diagram, waits, variables, incidents and journal."""

from __future__ import annotations

from runtime.http.instances.blueprint import blueprint

__all__ = ["blueprint"]
