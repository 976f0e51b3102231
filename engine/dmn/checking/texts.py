"""FEEL texts of a file without values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dmn import model as m
from engine.dmn.checking.scopes import Scope
from engine.feel.static import analyse
from engine.feel.syntax import TypeNode
from engine.feel.types import ANY

if TYPE_CHECKING:
    from engine.dmn.checking.walk import Place, Walk


def text_type(walk: Walk, literal: m.Literal, scope: Scope, place: Place) -> TypeNode:
    """The type of a FEEL text; its findings are told at the place."""
    if literal.feel is None:
        return ANY
    found = analyse(literal.feel.syntax, scope, walk.types, closed=place.closed)
    for finding in found.findings:
        walk.findings.add(place.element, literal, finding, place.field)
    return found.type
