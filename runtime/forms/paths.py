"""Values inside values, addressed by dotted paths such as ``lines.0.product``."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

Tree = dict[str, Any]


def join(prefix: str, path: str) -> str:
    """The path of something inside a container; a container without a path adds nothing."""
    return f"{prefix}.{path}" if prefix and path else prefix or path


def dig(tree: Any, path: str) -> Any:
    """The value at a path, or None when there is none."""
    for step in path.split(".") if path else ():
        if isinstance(tree, dict):
            tree = tree.get(step)
        elif isinstance(tree, list) and step.isdigit() and int(step) < len(tree):
            tree = tree[int(step)]
        else:
            return None
    return tree


def bury(tree: Tree, path: str, value: Any) -> None:
    """Write a value at a path and make the contexts and lists on the way. A number in the path is a place in a list."""
    steps = path.split(".")
    here: Any = tree
    for step, following in pairwise(steps):
        here = _enter(here, step, [] if following.isdigit() else {})
    _put(here, steps[-1], value)


def _enter(here: Any, step: str, empty: Any) -> Any:
    inside = dig(here, step)
    if not isinstance(inside, type(empty)):
        inside = empty
        _put(here, step, inside)
    return inside


def _put(here: Any, step: str, value: Any) -> None:
    if isinstance(here, list):
        place = int(step)
        here.extend([None] * (place + 1 - len(here)))
        here[place] = value
    else:
        here[step] = value
