"""Data of a process as the kernel runs it: variables under other names, with rules of who has to fill them (BPMN 2.0 §10.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.feel import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class DataItem:
    """A data object, property, data input or data output: a variable that its scope begins with, null unless `initial` says."""

    name: str
    initial: Value = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataParameter:
    """A data input or data output; `structure` is what its item definition names, None when that is not said."""

    name: str
    structure: str | None = None


Sets = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputOutput:
    """An `ioSpecification`, or the same of an event. Of the sets of names one must have values, or there are no sets at all."""

    inputs: tuple[DataParameter, ...] = ()
    outputs: tuple[DataParameter, ...] = ()
    required_inputs: Sets = ()
    required_outputs: Sets = ()


def counterparts(own: Sequence[DataParameter], others: Sequence[DataParameter]) -> dict[str, str]:
    """Which data of a called process (`others`) belongs to which data of its call: the same name, else the same place."""
    names = {parameter.name for parameter in own}
    if names == {parameter.name for parameter in others}:
        return {name: name for name in names}
    return {mine.name: theirs.name for mine, theirs in zip(own, others, strict=False)}
