"""The dialect of regular expressions that a form may use: what Python and the browser agree on, without runaway repetition."""

from __future__ import annotations

import re

MAX_LENGTH = 300
_QUANTIFIER = re.compile(r"[*+]|\{\d+,\d*\}|\{\d{3,}\}")
_REFUSED = re.compile(r"\(\?P|\(\?<[=!]|\\[1-9]|\(\?\(")


def refusal(pattern: str) -> str | None:
    """Why the pattern cannot be used, or None when it can.

    A group that repeats and holds a repetition or an alternative inside can take exponential time on a crafted text, so it is
    refused, as are back references, look-behind and named groups.
    """
    if len(pattern) > MAX_LENGTH:
        return f"The pattern is longer than {MAX_LENGTH} characters."
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"The pattern is not a regular expression: {error}."
    if _REFUSED.search(pattern):
        return "The pattern uses back references, look-behind or named groups."
    if _runs_away(pattern):
        return "The pattern repeats a group that itself repeats or has alternatives; on some texts that never ends."
    return None


def _runs_away(pattern: str) -> bool:
    """True when a quantified group contains a quantifier or an alternative."""
    open_groups: list[bool] = []
    place = 0
    while place < len(pattern):
        character = pattern[place]
        if character == "\\":
            place += 2
            continue
        if character == "[":
            place = _end_of_class(pattern, place)
        elif character == "(":
            open_groups.append(False)
        elif character == ")" and open_groups:
            risky = open_groups.pop()
            if risky and _QUANTIFIER.match(pattern, place + 1):
                return True
            open_groups[-1:] = [open_groups[-1] or risky] if open_groups else []
        elif open_groups and (character == "|" or _QUANTIFIER.match(pattern, place)):
            open_groups[-1] = True
        place += 1
    return False


def _end_of_class(pattern: str, start: int) -> int:
    """The place of the ``]`` that closes the character class at `start`."""
    place = start + 1
    if pattern[place : place + 1] == "^":
        place += 1
    if pattern[place : place + 1] == "]":
        place += 1
    while place < len(pattern) and pattern[place] != "]":
        place += 2 if pattern[place] == "\\" else 1
    return place
