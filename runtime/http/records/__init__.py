"""Screens of records, made from their declarations: list, board by stage, card with timeline, forms."""

from __future__ import annotations

from runtime.http.records.blueprint import blueprint

__all__ = ["blueprint"]
