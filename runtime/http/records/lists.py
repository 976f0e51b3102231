"""What the list and the board show; the filter is in the address, so a view can be kept and shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import request

from engine.api import Value
from runtime.http.current import actor, platform
from runtime.http.records.shown import Names, Shown, field_label, read_names, show
from runtime.i18n import _, format_decimal, format_duration, label
from runtime.i18n import ngettext as plural
from runtime.records.model import Pipeline, RecordType, Stage
from runtime.store.work import Work

PAGE_SIZE = 50
COUNT_TO = 10_000
"""Counting stops here; a list says "more than"."""
_UNSORTABLE = frozenset({"json", "multi_choice", "children", "stage"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list. `sort` is what to order by to turn its order; `order` is ascending or descending when it holds."""

    name: str
    label: str
    sort: str
    order: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list."""

    id: str
    cells: list[Shown]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the head of a list or board needs, and the filter that holds."""

    type: str
    plural: str
    view: str
    query: str
    stage: str
    mine: bool
    pipeline: str
    pipelines: list[Pipeline]
    stage_choices: list[tuple[str, str]]
    may_create: bool
    title_column: int = 0

    @property
    def filtered(self) -> bool:
        """True when some records may be left out."""
        return bool(self.query or self.stage or self.mine)

    @property
    def where(self) -> dict[str, Any]:
        """The filter as the records service takes it."""
        where: dict[str, Any] = {"owner": actor().id} if self.mine else {}
        return where | ({"stage": self.stage} if self.stage else {})


def view_of(record_type: RecordType, view: str) -> View:
    """Read the filter from the address; what the type does not know is dropped."""
    pipelines = platform().records.types.pipelines_of(record_type.name)
    names = {pipeline.name for pipeline in pipelines}
    asked = request.args.get("pipeline", "")
    chosen = asked if asked in names else (pipelines[0].name if pipelines else "")
    stages = {stage.key: label(stage.label) for pipeline in pipelines for stage in pipeline.stages.values()}
    stage = request.args.get("stage", "")
    columns = [name for name in record_type.list if name in record_type.fields or name != "children"]
    return View(
        type=record_type.name,
        plural=label(record_type.plural),
        view=view,
        query=request.args.get("q", "").strip()[:200],
        stage=stage if stage in stages and view == "list" else "",
        mine=request.args.get("mine") == "1",
        pipeline=chosen,
        pipelines=pipelines,
        stage_choices=list(stages.items()),
        may_create=bool(platform().access.policy.scope(actor(), record_type.name, "create")),
        title_column=columns.index(record_type.title) if record_type.title in columns else 0,
    )


def table(work: Work, record_type: RecordType) -> dict[str, Any]:
    """The variables of the list page."""
    view, records = view_of(record_type, "list"), platform().records
    names = record_type.list or (record_type.title, "owner", "created_at")
    order = _order(record_type, names)
    wanted: dict[str, Any] = {"where": view.where, "search": view.query}
    page = records.find(work, record_type.name, **wanted, order=order, limit=PAGE_SIZE, after=request.args.get("after"))
    known = read_names(work, record_type, page.rows, names)
    rows = [Row(str(one["id"]), [show(record_type, one, name, known) for name in names]) for one in page.rows]
    total = records.count(work, record_type.name, **wanted, most=COUNT_TO + 1)
    columns = [_column(record_type, name, order) for name in names]
    return {"page": view, "columns": columns, "rows": rows, "next": page.next, "total_text": _total(total)}


def _total(total: int) -> str:
    if total > COUNT_TO:
        return _("more than %(n)s records", n=format_decimal(COUNT_TO))
    return plural("%(n)s record", "%(n)s records", total)


def _order(record_type: RecordType, names: tuple[str, ...]) -> list[str]:
    asked = request.args.get("order", "")
    name = asked.lstrip("-")
    return [asked] if name in names and _sortable(record_type, name) else []


def _sortable(record_type: RecordType, name: str) -> bool:
    return record_type.type_of(name) is not None and not {name, record_type.type_of(name)} & _UNSORTABLE


def _column(record_type: RecordType, name: str, order: list[str]) -> Column:
    holds = {name: "ascending", f"-{name}": "descending"}.get(order[0] if order else "", "")
    turned = f"-{name}" if holds == "ascending" else name
    return Column(name, field_label(record_type, name), turned if _sortable(record_type, name) else "", holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardCard:
    """A record on the board. `moves` are the stages it may go to."""

    id: str
    title: str
    lines: list[str]
    owner: str
    age: str
    overdue: bool
    moves: list[Stage]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardColumn:
    """A stage with its first records; `count` are all, `more` those not shown, `sum` the money in it."""

    stage: Stage
    count: int
    sum: str
    cards: list[BoardCard]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.cards)


def board(work: Work, record_type: RecordType) -> dict[str, Any]:
    """The variables of the board page."""
    view = view_of(record_type, "board")
    amount = next((name for name in record_type.list if record_type.type_of(name) == "money"), None)
    found = platform().records.board(work, record_type.name, view.pipeline, where=view.where, search=view.query, amount=amount)
    every = [record for column in found.columns for record in column.records]
    names = read_names(work, record_type, every, record_type.list)
    pipeline = platform().records.types.pipeline(record_type.name, view.pipeline)
    may_move = bool(platform().access.policy.scope(actor(), record_type.name, "transition"))
    columns = [
        BoardColumn(
            stage=column.stage,
            count=column.count,
            sum=_money(column.sum),
            cards=[_board_card(work, record_type, one, names, pipeline if may_move else None) for one in column.records],
        )
        for column in found.columns
    ]
    return {"page": view, "columns": columns}


def _money(amount: Decimal | None) -> str:
    return format_decimal(amount, 0) if amount else ""


def _board_card(
    work: Work, record_type: RecordType, record: Mapping[str, Value], names: Names, pipeline: Pipeline | None
) -> BoardCard:
    stage = platform().records.types.stage(record["pipeline"], record["stage"])
    since = record.get("stage_since")
    age = work.now - since if since else timedelta()
    limit = stage.max_days if stage else None
    return BoardCard(
        id=str(record["id"]),
        title=platform().records.title(record_type.name, dict(record)),
        lines=_lines(record_type, record, names),
        owner=names.users.get(str(record.get("owner") or ""), ""),
        age=format_duration(age),
        overdue=limit is not None and age > timedelta(days=float(limit)),
        moves=_moves(pipeline, stage),
    )


def _lines(record_type: RecordType, record: Mapping[str, Value], names: Names) -> list[str]:
    """Up to three facts of the list that the card does not say otherwise."""
    shown = (show(record_type, record, name, names) for name in record_type.list)
    told = {record_type.title, "stage", "owner", "number"}
    pairs = zip(record_type.list, shown, strict=True)
    return [one.text for name, one in pairs if one.text and name not in told][:3]


def _moves(pipeline: Pipeline | None, stage: Stage | None) -> list[Stage]:
    if pipeline is None or stage is None:
        return []
    allowed = pipeline.stages if stage.next is None else stage.next
    return [pipeline.stages[key] for key in allowed if key != stage.key and key in pipeline.stages]
