"""A pipeline as a board: a column for each stage, with how many records and how much they sum up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from runtime.declarations import near
from runtime.errors import Invalid
from runtime.i18n import _
from runtime.records import statements
from runtime.records.model import NUMBER_TYPES, Pipeline, RecordType, Stage
from runtime.records.parts import Record, Repository
from runtime.records.reading import matching
from runtime.store.pages import page_size


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardColumn:
    """`count` and `sum` are over all records of the stage, `records` are the first of them. No `sum`: nothing is summed."""

    stage: Stage
    count: int
    sum: Decimal | None
    records: tuple[Record, ...]

    @property
    def more(self) -> bool:
        """Whether there are records that are not shown."""
        return self.count > len(self.records)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """`amount` is the field that is summed. Records in stages that are no longer declared are in `elsewhere`, counted only."""

    pipeline: Pipeline
    amount: str | None
    columns: tuple[BoardColumn, ...]
    elsewhere: int


def board(
    repository: Repository,
    pipeline: str | None,
    *,
    where: Mapping[str, Any],
    search: str | None,
    order: Sequence[str],
    amount: str | None,
    per_column: int,
) -> Board:
    """See `Records.board`."""
    connection, table = repository.connection, repository.table
    shown = repository.parts.types.pipeline(repository.type, pipeline)
    summed = _amount(repository.declared, amount)
    here = matching(repository, {**where, "pipeline": shown.name}, search)
    sorted_by = repository.filters.order(connection, order).expressions()
    totals = statements.totals_by_stage(connection, table, here, table.c[summed] if summed else None)
    rows = statements.first_of_each_stage(connection, table, here, sorted_by, page_size(per_column))
    records = [repository.record(row) for row in rows]
    columns = [
        BoardColumn(
            stage=stage,
            count=totals.get(stage.key, (0, None))[0],
            sum=_total(totals.get(stage.key), summed),
            records=tuple(record for record in records if record["stage"] == stage.key),
        )
        for stage in shown.stages.values()
    ]
    elsewhere = sum(count for stage, (count, _sum) in totals.items() if stage not in shown.stages)
    return Board(pipeline=shown, amount=summed, columns=tuple(columns), elsewhere=elsewhere)


def _amount(declared: RecordType, asked: str | None) -> str | None:
    """The field to sum: the one asked for, else the first amount of money among the list's columns."""
    numbers = {name: one for name, one in declared.columns.items() if one.type in NUMBER_TYPES}
    if asked is None:
        return next((name for name in declared.list if name in numbers and numbers[name].type == "money"), None)
    if asked not in numbers:
        said = _("%(name)s cannot be used here.", name=repr(asked))
        raise Invalid("REC-1011", f"{said} {near(asked, numbers) or ''}".strip(), fields={"amount": [said]})
    return asked


def _total(found: tuple[int, Any] | None, summed: str | None) -> Decimal | None:
    if summed is None:
        return None
    return found[1] if found and found[1] is not None else Decimal(0)
