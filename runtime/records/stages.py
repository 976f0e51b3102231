"""The one way through a pipeline: every stage move, by hand, by a process, by the API or an import, is done here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.api import Value
from runtime.declarations import near
from runtime.errors import Invalid
from runtime.i18n import _, label
from runtime.records import changes, events, rules, saving, statements, timeline
from runtime.records.model import CheckItem, Pipeline, Stage
from runtime.records.parts import Record, Repository
from runtime.records.text import clean_lines
from runtime.store.ids import new_id

LONGEST_REASON = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChange:
    """A line of a record's stage history; `seconds` were spent in `from_stage`, which is None for the entry."""

    pipeline: str
    from_stage: str | None
    to_stage: str
    at: datetime
    actor_id: str
    actor_name: str
    via: str
    seconds: int | None
    reason: str | None


def transition(
    repository: Repository,
    record_id: str,
    stage: str,
    *,
    values: Mapping[str, Any] | None,
    reason: str | None,
    version: int | None,
) -> Record:
    """A moved record, see `Records.transition`."""
    before = repository.load(record_id, action="transition", lock=True)
    if version is not None and int(before["version"]) != version:
        raise saving.changed_meanwhile()
    pipeline = _pipeline(repository, before)
    present, target = pipeline.stages.get(before["stage"]), _stage(pipeline, stage)
    if target.key == before["stage"]:
        return before
    possible = rules.allowed(pipeline, present)
    if target not in possible:
        raise rules.not_allowed(present, target, possible)
    given, said = _values(repository, before, target, values or {}), _reason(reason)
    done = statements.select_marks(repository.connection, _mark_keys(repository, before))
    wanted = rules.move(target, present, {**before, **given}, done=done, reason=said, now=repository.work.now)
    rules.check(repository.declared, wanted, said)
    return _move(repository, changes.fill(repository, before, given), target, said)


def moves(repository: Repository, record_id: str) -> list[rules.Move]:
    """The moves that the pipeline allows now, and what each still asks for; none for who may not move the record."""
    record = repository.load(record_id)
    if not record["pipeline"] or not repository.permits("transition", record):
        return []
    pipeline = _pipeline(repository, record)
    present = pipeline.stages.get(record["stage"])
    done = statements.select_marks(repository.connection, _mark_keys(repository, record))
    possible = rules.allowed(pipeline, present)
    return [rules.move(target, present, record, done=done, reason=None, now=repository.work.now) for target in possible]


def entry(repository: Repository, record: Record, given: Mapping[str, Value]) -> Record:
    """Pipeline, stage and since when, for a new record. Raises Invalid when it lacks what its first stage asks for."""
    types, declared = repository.parts.types, repository.declared
    if not declared.pipelines:
        if given.get("pipeline") or given.get("stage"):
            raise _no_stages()
        return {"pipeline": None, "stage": None, "stage_since": None}
    pipeline = types.pipeline(declared.name, given.get("pipeline"))
    stage = _stage(pipeline, given["stage"]) if given.get("stage") else pipeline.first
    now = repository.work.now
    placed = {"pipeline": pipeline.name, "stage": stage.key, "stage_since": now, "stage_category": stage.category}
    wanted = rules.move(stage, None, {**record, **placed}, done=(), reason=None, now=now)
    rules.check(declared, wanted, reason="entry")
    return placed


def note_entry(repository: Repository, record: Record) -> None:
    """The first line of the stage history of a new record."""
    if record["pipeline"]:
        _history(repository, record, from_stage=None, seconds=None, reason=None)


def history(repository: Repository, record_id: str) -> list[StageChange]:
    """The stage moves of a record that the actor may see, the first one first."""
    repository.load(record_id)
    rows = statements.select_stage_history(repository.connection, repository.type, record_id)
    return [StageChange(**{name: row[name] for name in StageChange.__dataclass_fields__}) for row in rows]


def checklist(repository: Repository, record_id: str) -> list[tuple[CheckItem, bool]]:
    """The items of the present stage, and whether each is done."""
    record = repository.load(record_id)
    stage = repository.parts.types.stage(record["pipeline"], record["stage"])
    if stage is None:
        return []
    done = statements.select_marks(repository.connection, _mark_keys(repository, record))
    return [(item, item.key in done) for item in stage.checklist]


def check_item(repository: Repository, record_id: str, item: str, *, done: bool) -> None:
    """Mark an item of the present stage as done or not. Raises Invalid for an item that the stage does not have."""
    record = repository.load(record_id, action="update", lock=True)
    stage = repository.parts.types.stage(record["pipeline"], record["stage"])
    items = {one.key: one for one in stage.checklist} if stage else {}
    if item not in items:
        said = _("This stage has no checklist item %(item)s.", item=item)
        raise Invalid("REC-2004", f"{said} {near(item, items) or ''}".strip(), fields={"item": [said]})
    stamp = {"done_at": repository.work.now, "done_by": repository.work.actor.id} if done else None
    if statements.set_mark(repository.connection, {**_mark_keys(repository, record), "item": item}, stamp):
        timeline.add_to(repository, record, "checked", {"item": item, "label": dict(items[item].label), "done": done})


def _pipeline(repository: Repository, record: Record) -> Pipeline:
    if not record["pipeline"]:
        raise _no_stages()
    return repository.parts.types.pipeline(repository.type, record["pipeline"])


def _no_stages() -> Invalid:
    said = _("This record type has no stages.")
    return Invalid("REC-2003", said, fields={"stage": [said]})


def _stage(pipeline: Pipeline, name: Any) -> Stage:
    found = pipeline.stages.get(name) if isinstance(name, str) else None
    if found is None:
        said = _("There is no stage %(stage)s in %(pipeline)s.", stage=name, pipeline=label(pipeline.label))
        raise Invalid("REC-2003", f"{said} {near(name, pipeline.stages) or ''}".strip(), fields={"stage": [said]})
    return found


def _values(repository: Repository, before: Record, target: Stage, values: Mapping[str, Any]) -> dict[str, Value]:
    """The checked values that come with a move. Who may move but not change may fill in only what the stage asks for."""
    loaded = repository.parts.schemas.load(repository.type, values, partial=True)
    given = {name: value for name, value in loaded.items() if not changes.same(value, before[name])}
    if given.keys() - set(target.required) and not repository.permits("update", before):
        raise repository.forbidden("update")
    return given


def _reason(reason: str | None) -> str | None:
    return clean_lines(reason)[:LONGEST_REASON] or None if isinstance(reason, str) else None


def _move(repository: Repository, before: Record, target: Stage, reason: str | None) -> Record:
    now, since = repository.work.now, before["stage_since"]
    seconds = int((now - since).total_seconds()) if since else None
    moved = {"stage": target.key, "stage_since": now, "stage_category": target.category}
    record = saving.update(repository, before, moved)
    _history(repository, record, from_stage=before["stage"], seconds=seconds, reason=reason)
    told = {"pipeline": record["pipeline"], "from": before["stage"], "to": target.key, "seconds": seconds, "reason": reason}
    timeline.add_to(repository, record, "stage_changed", told)
    events.stage_changed(repository, record, before, reason)
    return record


def _history(
    repository: Repository, record: Record, *, from_stage: str | None, seconds: int | None, reason: str | None
) -> None:
    work = repository.work
    row = {
        "id": new_id(),
        "record_type": repository.type,
        "record_id": record["id"],
        "pipeline": record["pipeline"],
        "from_stage": from_stage,
        "to_stage": record["stage"],
        "at": work.now,
        "actor_id": work.actor.id,
        "actor_name": work.actor.name,
        "via": work.actor.via,
        "seconds": seconds,
        "reason": reason,
    }
    statements.insert_stage_history(work.connection, row)


def _mark_keys(repository: Repository, record: Record) -> dict[str, Any]:
    place = {"pipeline": record["pipeline"], "stage": record["stage"]}
    return {"record_type": repository.type, "record_id": record["id"], **place}
