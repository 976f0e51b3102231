"""Creating, changing, assigning and deleting records; each writes the timeline and tells processes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.api import Value
from runtime.access.policy import passes
from runtime.errors import Invalid
from runtime.i18n import _
from runtime.records import changes, events, saving, stages, statements, timeline
from runtime.records.parts import Record, Repository
from runtime.records.reading import title
from runtime.records.validation import not_valid, with_defaults
from runtime.store.ids import new_id
from runtime.store.work import Work


def create(repository: Repository, values: Mapping[str, Any]) -> Record:
    """A new record, see `Records.create`."""
    declared, actor = repository.declared, repository.work.actor
    scope = repository.parts.access.policy.scope(actor, declared.name, "create")
    if scope is None:
        raise repository.forbidden("create")
    _refuse_read_only(repository, values, {})
    given = repository.parts.schemas.load(declared.name, with_defaults(repository.work, declared, values))
    children = {name: given.pop(name) or [] for name, one in declared.fields.items() if not one.is_column and name in given}
    saving.must_exist(repository, given)
    record = _new(repository, given)
    if scope == "own" and record["owner"] != actor.id:
        raise repository.forbidden("create")
    _insert(repository, record)
    for name, lines in children.items():
        _create_children(repository, record, name, lines)
    return record


def update(repository: Repository, record_id: str, values: Mapping[str, Any], *, version: int | None) -> Record:
    """A changed record, see `Records.update`."""
    before = repository.load(record_id, action="update", lock=True)
    if version is not None and int(before["version"]) != version:
        raise saving.changed_meanwhile()
    _refuse_read_only(repository, values, before)
    return changes.fill(repository, before, repository.parts.schemas.load(repository.type, values, partial=True))


def assign(repository: Repository, record_id: str, user: str | None) -> Record:
    """A record with another owner, see `Records.assign`."""
    before = repository.load(record_id, action="assign", lock=True)
    former, owner = before["owner"], known_owner(repository, user)
    if owner == former:
        return before
    record = saving.update(repository, before, {"owner": owner})
    names = repository.parts.access.names(repository.work, [one for one in (former, owner) if one])
    told = {"from": former, "from_name": names.get(former or ""), "to": owner, "to_name": names.get(owner or "")}
    timeline.add_to(repository, record, "owner_changed", told)
    events.owner_changed(repository, record, former)
    return record


def delete(repository: Repository, record_id: str) -> None:
    """Take a record out of every list, see `Records.delete`."""
    before = repository.load(record_id, action="delete", lock=True)
    mark = {"deleted_at": repository.work.now, "deleted_by": repository.work.actor.id}
    record = saving.update(repository, before, mark)
    timeline.add_to(repository, record, "deleted")
    events.deleted(repository, {name: record[name] for name in before})


def known_owner(repository: Repository, user: str | None) -> str | None:
    """The id of an active user, or None for nobody. Raises Invalid."""
    if not user:
        return None
    found = repository.parts.access.user(repository.work, user)
    if found is None or not found.active:
        said = _("There is no active user %(user)s.", user=user)
        raise Invalid("REC-1009", said, fields={"owner": [said]})
    return found.id


def _new(repository: Repository, given: Mapping[str, Value]) -> Record:
    work = repository.work
    own = {name: given.get(name) for name in repository.declared.columns}
    stamps = {
        "id": new_id(),
        "number": None,
        "owner": known_owner(repository, given["owner"]) if "owner" in given else _default_owner(work),
        "created_at": work.now,
        "created_by": work.actor.id,
        "updated_at": work.now,
        "updated_by": work.actor.id,
        "version": Decimal(1),
        "origin": work.actor.via,
    }
    return {**own, **stamps, **stages.entry(repository, {**own, **stamps}, given)}


def _insert(repository: Repository, record: Record) -> None:
    declared = repository.declared
    if declared.number:
        record["number"] = declared.number.format(statements.next_number(repository.connection, declared.name))
    saving.insert(repository, record)
    timeline.add_to(repository, record, "created", {"title": title(declared, record)})
    stages.note_entry(repository, record)
    events.created(repository, record)


def _create_children(repository: Repository, record: Record, name: str, lines: list[Any]) -> None:
    field = repository.declared.fields[name]
    for index, values in enumerate(lines):
        try:
            create(repository.of(field.of), {**values, field.by: record["id"]})
        except Invalid as error:
            raise not_valid({f"{name}.{index}.{key}": list(said) for key, said in error.fields.items()}) from error


def _default_owner(work: Work) -> str | None:
    """Who makes a record by hand owns it; what a process, an import or the platform makes waits to be assigned."""
    return work.actor.id if work.actor.via in {"ui", "api"} else None


def _refuse_read_only(repository: Repository, values: Mapping[str, Any], held: Record) -> None:
    if passes(repository.work.actor):
        return
    fields = repository.declared.fields
    wrong = [name for name in values if name in fields and fields[name].read_only and values[name] != held.get(name)]
    if wrong:
        raise not_valid({name: [_("This is set by the platform.")] for name in wrong})
