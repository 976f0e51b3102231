"""How long ended instances are kept, and the clean-up that removes them: in bounded steps, each of which gets further.

What the operator says of a process goes before what its diagram says, and that before the configuration. Nothing is removed of
an instance that has not ended. One with more rows than a step may remove goes in several steps: rows that are gone stay gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.api import compile_expression
from runtime.access.actor import SYSTEM, Actor
from runtime.errors import Invalid, NotFound
from runtime.history import removal, statements
from runtime.store.database import Database
from runtime.store.ids import new_id
from runtime.store.types import Row
from runtime.store.work import Work

ROWS = 1_000
"""Rows that one transaction removes."""
STEPS = 200
"""Transactions of one run of the housekeeping; the rest is left to the next."""

_BEFORE = compile_expression("now - duration(text)")
_WHY = "clean-up of history"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """For how long instances of a definition are kept. `source` is operator, diagram or configuration."""

    definition_key: str
    process_id: str
    version: int
    source: str
    time_to_live: str
    ended_before: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """What a rule would have removed now: instances, and rows of their journals."""

    rule: Rule
    instances: int
    journal_rows: int


class Retention:
    """`default` is the configuration's time to live, "" for ever; `keeps_timeline` leaves lines on records where they are."""

    def __init__(self, database: Database, *, default: str = "", keeps_timeline: bool = True, rows: int = ROWS) -> None:
        if default:
            must_be_time_to_live(default)
        self._database = database
        self._default = default
        self._keeps_timeline = keeps_timeline
        self._rows = rows

    def rules(self, work: Work) -> tuple[Rule, ...]:
        """The rule of each definition that has one; the others are kept for ever."""
        overrides = removal.select_overrides(work.connection)
        found = (
            self._rule(row, overrides.get(row["process_id"]), work.now) for row in removal.select_definitions(work.connection)
        )
        return tuple(rule for rule in found if rule is not None)

    def preview(self, work: Work) -> tuple[Doomed, ...]:
        """What a clean-up would remove now. Nothing changes."""
        found = []
        for rule in self.rules(work):
            instances, rows = removal.count_doomed(work.connection, rule.definition_key, rule.ended_before)
            found.append(Doomed(rule=rule, instances=instances, journal_rows=rows))
        return tuple(found)

    def set(self, work: Work, process_id: str, time_to_live: str | None) -> None:
        """Have ended instances of a process kept so long, whatever its diagram says; None for ever. `work.why` is the reason.

        Raises Invalid for a text that is no duration, NotFound for a process that was never deployed.
        """
        if time_to_live is not None:
            must_be_time_to_live(time_to_live)
        if process_id not in {row["process_id"] for row in removal.select_definitions(work.connection)}:
            raise NotFound("PROC-1001", f"There is no process {process_id!r}. Deploy it first.")
        row: dict[str, Any] = {"process_id": process_id, "time_to_live": time_to_live, "set_at": work.now}
        removal.save_override(work.connection, row | {"set_by": work.actor.id, "why": work.why})

    def unset(self, work: Work, process_id: str) -> bool:
        """Let the diagram or the configuration say it again; False when the operator had said nothing."""
        return removal.drop_override(work.connection, process_id)

    def clean(self, *, actor: Actor = SYSTEM, steps: int = STEPS) -> tuple[Row, ...]:
        """Remove what the rules say, in at most `steps` transactions; what was removed by which rule."""
        with self._database.read() as work:
            rules = self.rules(work)
        run = new_id()
        for rule in rules:
            while steps > 0 and self._database.run(actor, _WHY, lambda work, rule=rule: self._step(work, run, rule)):  # type: ignore[misc]  # the default binds the rule
                steps -= 1
        with self._database.read() as work:
            return tuple(row for row in removal.select_removals(work.connection, 1_000) if row["run"] == run)

    def removed(self, work: Work, limit: int = 100) -> Sequence[Row]:
        """What was removed by which rule, the last first."""
        return removal.select_removals(work.connection, limit)

    def _step(self, work: Work, run: str, rule: Rule) -> bool:
        """Remove up to `rows` rows; False when there was none."""
        statements.alone(work.connection)
        doomed = removal.lock_doomed(work.connection, rule.definition_key, rule.ended_before, max(self._rows // 5, 1))
        rows = instances = 0
        for instance_id in doomed:
            done, gone = removal.remove_rows(work.connection, instance_id, self._rows - rows, timeline=not self._keeps_timeline)
            rows, instances = rows + done, instances + gone
            if rows >= self._rows:
                break
        if rows:
            removal.note_removal(work.connection, _noted(work, run, rule), instances, rows)
        return rows > 0

    def _rule(self, definition: Row, override: Row | None, now: datetime) -> Rule | None:
        if override is not None:
            source, text = "operator", override["time_to_live"]
        elif definition["time_to_live"] is not None:
            source, text = "diagram", definition["time_to_live"]
        else:
            source, text = "configuration", self._default or None
        if text is None:
            return None
        names = ("process_id", "version")
        about = {name: definition[name] for name in names}
        before = _moment_before(text, now)
        return Rule(definition_key=definition["key"], **about, source=source, time_to_live=text, ended_before=before)


def must_be_time_to_live(text: str) -> None:
    """Raise Invalid for a text that is no duration, or a negative one."""
    now = datetime.fromisoformat("2024-01-01T00:00:00+00:00")
    found = _BEFORE.evaluate({"now": now, "text": text}, now=now).value
    if not isinstance(found, datetime) or found > now:
        detail = f"{text!r} is no time to keep ended instances. Write a duration such as P180D or P2Y."
        raise Invalid("HIST-1001", detail, fields={"time_to_live": [detail]})


def _moment_before(text: str, now: datetime) -> datetime:
    found = _BEFORE.evaluate({"now": now, "text": text}, now=now).value
    assert isinstance(found, datetime), "a time to live is checked before it is stored"
    return found


def _noted(work: Work, run: str, rule: Rule) -> dict[str, Any]:
    names = ("definition_key", "process_id", "version", "time_to_live", "ended_before")
    about = {name: getattr(rule, name) for name in names}
    return {"run": run, "at": work.now, "rule": rule.source, "removed_by": work.actor.id, **about}
