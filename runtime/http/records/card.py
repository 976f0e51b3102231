"""The card of a record: stages, facts in sections, what belongs to it, open tasks, processes and the timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.api import Value
from runtime.http.current import actor, platform
from runtime.http.records.lists import Row, View, view_of
from runtime.http.records.shown import Shown, field_label, read_names, show
from runtime.http.records.timeline import lines
from runtime.i18n import _, label
from runtime.records.model import Field, RecordType
from runtime.store.work import Work

CHILDREN_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Fact:
    """A field with its value."""

    label: str
    shown: Shown


@dataclass(frozen=True, slots=True)
class FactSection:
    """Facts under a heading."""

    label: str
    fields: list[Fact]


@dataclass(frozen=True, slots=True)
class StageStep:
    """A stage in the bar on top."""

    label: str
    category: str
    here: bool
    passed: bool


@dataclass(frozen=True, slots=True)
class Children:
    """Records of another type that point to this one."""

    type: str
    label: str
    columns: list[str]
    rows: list[Row]


def page(work: Work, record_type: RecordType, record_id: str) -> dict[str, Any]:
    """The variables of the card page. Raises NotFound when the record is not there for this person."""
    records = platform().records
    record = records.get(work, record_type.name, record_id)
    sections, empty = _sections(work, record_type, record)
    may_update = records.permits(work, record_type.name, "update", record)
    return {
        **head(record_type, record),
        "stages": _stages(record),
        "moves": [move.stage for move in records.moves(work, record_type.name, record_id)],
        "sections": sections,
        "empty": empty,
        "children": _all_children(work, record_type, record_id),
        "timeline": lines(work, record_type, record_id),
        "tasks": _tasks(work, record_type.name, record_id),
        "instances": _instances(work, record_type.name, record_id),
        "may_update": may_update,
        "users": platform().access.users(work) if may_update else [],
        "owner": record.get("owner"),
    }


def head(record_type: RecordType, record: Mapping[str, Value]) -> dict[str, Any]:
    """What a page about one record begins with."""
    view: View = view_of(record_type, "list")
    title = platform().records.title(record_type.name, dict(record))
    return {"page": view, "id": record["id"], "title": title, "number": record.get("number")}


def _stages(record: Mapping[str, Value]) -> list[StageStep]:
    """The stages on the way, and where the record is; closed stages only when it is there."""
    pipeline = platform().records.types.pipelines.get(str(record.get("pipeline")))
    if pipeline is None:
        return []
    keys = list(pipeline.stages)
    here = keys.index(record["stage"]) if record["stage"] in keys else -1
    steps = []
    for place, stage in enumerate(pipeline.stages.values()):
        on_the_way = stage.category in {"open", "won"}
        if on_the_way or place == here:
            steps.append(StageStep(label(stage.label), stage.category, place == here, place < here and on_the_way))
    return steps


def _sections(work: Work, record_type: RecordType, record: Mapping[str, Value]) -> tuple[list[FactSection], list[str]]:
    """The sections that hold something, and the names of those that hold nothing yet."""
    names = read_names(work, record_type, [record], record_type.columns)

    def facts(fields: Iterable[str]) -> list[Fact]:
        return [Fact(field_label(record_type, name), show(record_type, record, name, names)) for name in fields]

    declared = [FactSection(label(one.label), facts(_columns(record_type, one.fields))) for one in record_type.card]
    placed = {name for section in record_type.card for name in section.fields}
    rest = facts([name for name in record_type.columns if name not in placed])
    stamps = facts(["owner", "created_at", "created_by", "updated_at", "updated_by"])
    filled = [fact for fact in rest + stamps if fact.shown.text]
    shown = [section for section in declared if any(fact.shown.text for fact in section.fields)]
    empty = [section.label for section in declared if section.fields and section not in shown]
    return [*shown, FactSection(_("More") if declared else label(record_type.label), filled)], empty


def _columns(record_type: RecordType, names: Iterable[str]) -> list[str]:
    return [name for name in names if name in record_type.columns]


def _all_children(work: Work, record_type: RecordType, record_id: str) -> list[Children]:
    fields = [field for field in record_type.fields.values() if field.type == "children"]
    readable = [field for field in fields if platform().access.policy.scope(actor(), field.of, "read")]
    found = [_children(work, record_type, field, record_id) for field in readable]
    return [children for children in found if children.rows]


def _children(work: Work, record_type: RecordType, field: Field, record_id: str) -> Children:
    child = platform().records.types[field.of]
    columns = [name for name in child.list or (child.title,) if name != field.by][:5]
    rows = platform().records.find(work, child.name, where={field.by: record_id}, limit=CHILDREN_SHOWN).rows
    names = read_names(work, child, rows, columns)
    shown = [Row(str(row["id"]), [show(child, row, name, names) for name in columns]) for row in rows]
    return Children(child.name, label(field.label), [field_label(child, name) for name in columns], shown)


def _tasks(work: Work, type: str, record_id: str) -> list[dict[str, Any]]:
    """Open tasks about the record; a link for those that this person may do."""
    about, tasks = (type, record_id), platform().processes.tasks
    rows = [*tasks(work, view="mine", record=about).rows, *tasks(work, view="groups", record=about).rows]
    names = platform().access.names(work, [row.assignee for row in rows if row.assignee])
    return [
        {
            "id": row.id,
            "name": row.name,
            "due": row.due_date,
            "who": names.get(row.assignee, row.assignee) if row.assignee else ", ".join(row.candidate_groups),
        }
        for row in rows
    ]


def _instances(work: Work, type: str, record_id: str) -> list[dict[str, Any]]:
    """The processes that this record is part of, for people who may look at them."""
    if not platform().access.permits(actor(), "instance.view"):
        return []
    found = platform().processes.instances(work, record=(type, record_id)).rows
    texts = {"active": _("running"), "suspended": _("suspended"), "completed": _("completed"), "cancelled": _("cancelled")}
    return [
        {"id": row.id, "name": row.process_name, "status": texts.get(row.status, row.status), "started_at": row.started_at}
        for row in found
    ]
