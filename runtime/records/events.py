"""Record events: what happened to a record, as messages that start or continue processes.

The name is ``<type>.created``, ``.changed``, ``.stage_changed``, ``.owner_changed`` or ``.deleted``; the correlation key is the
record's id. Every event carries the record as it is now.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.api import Value
from runtime.records.parts import Record, Repository


def created(repository: Repository, record: Record) -> None:
    """A record has come into being."""
    _publish(repository, "created", record, {})


def changed(repository: Repository, record: Record, before: Mapping[str, Value]) -> None:
    """Fields have other values; ``changes`` maps each to ``from`` and ``to``."""
    changes = {name: {"from": old, "to": record[name]} for name, old in before.items()}
    _publish(repository, "changed", record, {"changes": changes})


def stage_changed(repository: Repository, record: Record, before: Record, reason: str | None) -> None:
    """A record has moved; with both stages and both categories."""
    moved = {
        "from_stage": before["stage"],
        "from_category": before["stage_category"],
        "to_stage": record["stage"],
        "to_category": record["stage_category"],
        "reason": reason,
    }
    _publish(repository, "stage_changed", record, moved)


def owner_changed(repository: Repository, record: Record, former: str | None) -> None:
    """A record belongs to somebody else, or to nobody."""
    _publish(repository, "owner_changed", record, {"from_owner": former, "to_owner": record["owner"]})


def deleted(repository: Repository, record: Record) -> None:
    """A record is gone from every list."""
    _publish(repository, "deleted", record, {})


def _publish(repository: Repository, what: str, record: Record, more: Mapping[str, Value]) -> None:
    actor = repository.work.actor
    variables = {
        "record_type": repository.type,
        "record_id": record["id"],
        "record": record,
        "actor": actor.id,
        "via": actor.via,
        **more,
    }
    repository.parts.publish_later(repository.work, f"{repository.type}.{what}", record["id"], variables)
