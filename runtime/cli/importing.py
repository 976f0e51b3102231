"""The work of `ringi import`: take the file in, send its rows with a progress bar, and tell what was wrong with the others."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from runtime.access.actor import Actor
from runtime.access.roles import ADMINISTRATOR
from runtime.cli.opening import opened
from runtime.cli.output import EXIT_FAILED, Output
from runtime.config import Config
from runtime.platform import Platform
from runtime.records.import_progress import BadRow, ImportProgress

SHOWN = 20
"""So many bad rows are told on the screen; all of them go to the file of ``--errors``."""
IMPORTER = Actor(id="system", name="ringi import", via="cli", roles=frozenset({ADMINISTRATOR}))
"""Whoever may use the command line on an installation's database is its operator."""


def run_import(
    output: Output, config: Config, file: Path, *, name: str | None, errors_file: Path | None, wait: bool
) -> int | None:
    """Exit code 1 when rows were bad."""
    data = file.read_bytes()
    with opened(config) as platform, _bar(output) as show:
        imports = platform.imports
        wanted = name or imports.guess(data)
        import_id = imports.stage(platform.database, IMPORTER, wanted, data, file_name=file.name, on_progress=show)
        if wait:
            imports.run(platform.database, IMPORTER, import_id, on_progress=show)
        with platform.database.read(IMPORTER) as work:
            progress = imports.progress(work, import_id)
        bad = list(_bad_rows(platform, import_id))
    _tell(output, progress, bad, errors_file)
    return EXIT_FAILED if bad else None


def _tell(output: Output, progress: ImportProgress, bad: list[BadRow], errors_file: Path | None) -> None:
    output.table(("row", "field", "what is wrong"), _lines(bad[:SHOWN]))
    if len(bad) > SHOWN:
        output.say(f"… and {len(bad) - SHOWN} more rows" + ("" if errors_file else "; --errors FILE.csv writes all of them"))
    if errors_file:
        _write(errors_file, bad)
        output.say(f"The bad rows are in {errors_file}.")
    if progress.unused_columns:
        output.say(f"[yellow]Columns that nothing uses:[/] {', '.join(progress.unused_columns)}")
    output.say(
        f"[bold]{progress.done}[/] imported, {progress.repeated} were here already, "
        f"{progress.invalid + progress.failed} bad, {progress.ready} still to do."
    )
    output.result({**asdict(progress), "bad_rows": [asdict(row) for row in bad]})


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
    """Shows two steps: checking the rows, then sending the good ones."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("Checking", total=None)

    def __call__(self, now: ImportProgress) -> None:
        checking = now.status == "staging"
        self._progress.update(
            self._task,
            description="Checking" if checking else "Importing",
            total=None if checking else now.total,
            completed=now.total if checking else now.total - now.ready,
        )


@contextmanager
def _bar(output: Output) -> Iterator[_Bar]:
    """The progress bar, on standard error so that results can be piped; silent with ``--json``."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=output.errors, disable=output.as_json, transient=True) as progress:
        yield _Bar(progress)
