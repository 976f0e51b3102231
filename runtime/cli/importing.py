"""The work of `ringi import`: take the file in, send its rows with a progress bar, and tell what was wrong with the others."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from runtime.access.actor import Actor
from runtime.access.roles import ADMINISTRATOR
from runtime.cli.arguments import read_file
from runtime.cli.opening import opened
from runtime.cli.output import EXIT_FAILED, Output, plural
from runtime.config import Config
from runtime.platform import Platform
from runtime.records.import_progress import BadRow, ImportProgress

SHOWN = 20
"""So many bad rows are told on the screen; all of them go to the file of ``--errors``."""
IMPORTER = Actor(id="system", name="ringi import", via="cli", roles=frozenset({ADMINISTRATOR}))
"""Whoever may use the command line on an installation's database is its operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was asked for: `name` and `encoding` None are found out; without `wait` a server sends the rows."""

    file: Path
    name: str | None = None
    encoding: str | None = None
    errors_file: Path | None = None
    wait: bool = True


def run_import(output: Output, config: Config, order: Order) -> int | None:
    """Exit code 1 when rows were bad."""
    data = read_file(order.file)
    if order.errors_file:
        _write(order.errors_file, [])  # a folder that is not there should be told before the work, not behind it
    with opened(config) as platform:
        imports, database = platform.imports, platform.database
        name = order.name or imports.guess(data, encoding=order.encoding)
        with _bar(output) as show:
            import_id = imports.stage(
                database, IMPORTER, name, data, file_name=order.file.name, encoding=order.encoding, on_progress=show
            )
            if order.wait:
                imports.run(database, IMPORTER, import_id, on_progress=show)
        with database.read(IMPORTER) as work:
            progress = imports.progress(work, import_id)
        bad = list(_bad_rows(platform, import_id))
    _tell(output, progress, bad, order.errors_file)
    return EXIT_FAILED if bad else None


def _tell(output: Output, progress: ImportProgress, bad: list[BadRow], errors_file: Path | None) -> None:
    if bad:
        output.table(("row", "field", "what is wrong"), _lines(bad[:SHOWN]))
    if len(bad) > SHOWN:
        rest = "" if errors_file else "; --errors FILE.csv writes all of them"
        output.say(f"… and {plural(len(bad) - SHOWN, 'more bad row')}{rest}.")
    if errors_file:
        _write(errors_file, bad)
        output.say(f"The bad rows are in {escape(str(errors_file))}.")
    if progress.unused_columns:
        output.say(f"[yellow]Columns that nothing uses:[/] {escape(', '.join(progress.unused_columns))}")
    output.say(_summary(progress))
    output.result({**asdict(progress), "bad_rows": [asdict(row) for row in bad]})


def _summary(progress: ImportProgress) -> str:
    """The numbers in a sentence; those that are zero only where a reader looks for them."""
    bad = progress.invalid + progress.failed
    parts = [f"[bold]{progress.done:,}[/] imported", f"{progress.repeated:,} were here already", f"{bad:,} bad"]
    if progress.ready:
        parts.append(f"{progress.ready:,} still to do by a running server")
    waiting = f" {plural(progress.stored, 'message')} found no process and waits for one." if progress.stored else ""
    return f"{escape(progress.file_name)} as {escape(progress.import_name)}: {', '.join(parts)}.{waiting}"


def _bad_rows(platform: Platform, import_id: str) -> Iterator[BadRow]:
    after: str | None = None
    while True:
        with platform.database.read(IMPORTER) as work:
            page = platform.imports.errors(work, import_id, after=after, limit=500)
        yield from page.rows
        after = page.next
        if after is None:
            return


def _lines(bad: list[BadRow]) -> Iterator[tuple[object, ...]]:
    for row in bad:
        for error in row.errors:
            yield row.row, error.column or error.field, error.reason


def _write(file: Path, bad: list[BadRow]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("row", "field", "reason"))
        writer.writerows(_lines(bad))


class _Bar:
    """Shows two steps: checking the rows, then sending the good ones. It appears when there is something to show."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("Checking", total=None)

    def __call__(self, now: ImportProgress) -> None:
        checking = now.status == "staging"
        self._progress.start()
        self._progress.update(
            self._task,
            description="Checking" if checking else "Importing",
            total=None if checking else now.total,
            completed=now.total if checking else now.total - now.ready,
        )


@contextmanager
def _bar(output: Output) -> Iterator[_Bar]:
    """The progress bar, on standard error so that results can be piped; silent with ``--json`` and into files."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TaskProgressColumn(), TimeRemainingColumn())
    hidden = output.as_json or not output.errors.is_terminal
    progress = Progress(*columns, console=output.errors, disable=hidden, transient=True)
    try:
        yield _Bar(progress)
    finally:
        progress.stop()
