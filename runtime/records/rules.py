"""What a stage asks before a record may enter it. Everything that is missing is told at once, by name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.api import FeelError, Value
from runtime.errors import Invalid
from runtime.i18n import _, label
from runtime.records.model import CheckItem, Pipeline, RecordType, Stage
from runtime.records.parts import Record

GATE_CLOSED_CATEGORIES = frozenset({"lost", "parked"})
"""A record may be given up or put aside at any time, so open closing items hold back moves to other stages only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One move that the pipeline allows from where a record is, and what it still asks for.

    `missing` are fields to be filled, `open_items` closing checklist items of the present stage. `gate` is the FEEL text of a
    rule that does not hold as the record is now (it may, once the missing fields are there), else None.
    """

    stage: Stage
    missing: tuple[str, ...]
    open_items: tuple[CheckItem, ...]
    gate: str | None

    @property
    def requires_reason(self) -> bool:
        """Whether the move asks for a reason."""
        return self.stage.requires_reason

    @property
    def ready(self) -> bool:
        """Whether it can be done without asking anything."""
        return not (self.missing or self.open_items or self.gate or self.requires_reason)


def allowed(pipeline: Pipeline, stage: Stage | None) -> list[Stage]:
    """The stages one may move to; every one when the present stage is no longer declared."""
    others = [other for other in pipeline.stages.values() if other != stage]
    return others if stage is None or stage.next is None else [other for other in others if other.key in stage.next]


def move(
    target: Stage, present: Stage | None, record: Record, *, done: Collection[str], reason: str | None, now: datetime
) -> Move:
    """What entering `target` asks for, given the record as it would be and the `done` checklist items of the present stage."""
    closing = () if present is None or target.category in GATE_CLOSED_CATEGORIES else present.checklist
    return Move(
        stage=target,
        missing=tuple(name for name in target.required if record.get(name) is None),
        open_items=tuple(item for item in closing if item.closing and item.key not in done),
        gate=None if _holds(target, record, reason, now) else target.gate.text if target.gate else None,
    )


def check(declared: RecordType, wanted: Move, reason: str | None) -> None:
    """Raise Invalid naming every rule of the move that is not met."""
    errors = dict(_errors(declared, wanted, reason))
    if errors:
        target = label(wanted.stage.label)
        detail = _("The move to %(stage)s is refused.", stage=target)
        told = " ".join(message for messages in errors.values() for message in messages)
        raise Invalid("REC-2002", f"{detail} {told}", fields=errors)


def not_allowed(present: Stage | None, target: Stage, possible: list[Stage]) -> Invalid:
    """The refusal of a move that the pipeline does not have."""
    values = {"old": label(present.label) if present else "?", "new": label(target.label)}
    said = _("From %(old)s one cannot move to %(new)s.", **values)
    ways = ", ".join(label(stage.label) for stage in possible)
    advice = _("Possible are: %(stages)s.", stages=ways) if ways else _("This is a final stage.")
    return Invalid("REC-2001", f"{said} {advice}", fields={"stage": [said]})


def _errors(declared: RecordType, wanted: Move, reason: str | None) -> Iterator[tuple[str, list[str]]]:
    stage = label(wanted.stage.label)
    for name in wanted.missing:
        field = label(declared.fields[name].label) if name in declared.fields else _("Owner")
        yield name, [_("%(field)s must be filled in for %(stage)s.", field=field, stage=stage)]
    for item in wanted.open_items:
        yield f"checklist.{item.key}", [_("Still to be done: %(item)s.", item=label(item.label))]
    if wanted.requires_reason and not reason:
        yield "reason", [_("%(stage)s needs a reason.", stage=stage)]
    if wanted.gate and not wanted.missing:
        yield "stage", [_("The rule of %(stage)s does not hold: %(rule)s", stage=stage, rule=wanted.gate)]


def _holds(stage: Stage, record: Record, reason: str | None, now: datetime) -> bool:
    """Only true opens a gate; null, an error or an exhausted budget does not."""
    if stage.gate is None:
        return True
    scope: dict[str, Value] = {**record, "reason": reason}
    try:
        return stage.gate.evaluate(scope, now=now).value is True
    except FeelError:
        return False
