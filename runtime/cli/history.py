"""`ringi history`: exports, the read models, and how long ended instances are kept."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from runtime.access.actor import SYSTEM
from runtime.cli.arguments import Moment
from runtime.cli.opening import installation_options, opened
from runtime.cli.output import Output, command, plural
from runtime.config import Config
from runtime.errors import Invalid

if TYPE_CHECKING:
    from runtime.history.retention import Doomed

_FORMATS = ("jsonl", "xes", "ocel")
_COLUMNS = ("process_id", "version", "rule", "time_to_live", "ended_before", "instances", "rows")


def add_to(main: click.Group) -> None:
    """Add the commands of this module."""

    @main.group(short_help="What happened: exports, and how long it is kept.")
    def history() -> None:
        """What happened: exports for process mining, read models, and how long ended instances are kept."""

    _add_export(history)
    _add_rebuild(history)
    _add_clean(history)
    _add_keep(history)


def _add_export(history: click.Group) -> None:
    @command(history, short_help="Write the journal for other tools.")
    @installation_options
    @click.option(
        "--format", "format_", type=click.Choice(_FORMATS), default="jsonl", show_default=True, help="How events are written."
    )
    @click.option("--process", "process_id", help="Only instances of this process.")
    @click.option("--version", type=click.IntRange(1), help="Only instances of this version.")
    @click.option("--since", type=Moment(), help="Only instances that began at this time or later.")
    @click.option("--until", type=Moment(), help="Only instances that began before this time.")
    @click.option("--masked", is_flag=True, help="Without people, values and what somebody wrote.")
    @click.option(
        "--output", "-o", "file", type=click.Path(dir_okay=False, path_type=Path), help="A file.  [default: standard output]"
    )
    def export(  # one for each option
        output: Output,
        config: Config,
        format_: str,
        process_id: str | None,
        version: int | None,
        since: datetime | None,
        until: datetime | None,
        masked: bool,
        file: Path | None,
    ) -> None:
        """Write the journal as JSON Lines, as XES (IEEE 1849) or as OCEL 2.0.

        \b
        ringi history export --format xes --process order --output order.xes
        """
        from runtime.history.exports import Mask, Selection
        from runtime.history.exports import export as pieces

        selection = Selection(process_id=process_id, version=version, since=since, until=until)
        if output.as_json and file is None:
            raise Invalid("CLI-1020", "With --json the export needs a file. Give --output FILE.")
        with opened(config) as platform, platform.database.read() as work, _writer(file) as stream:
            size = _write(stream, pieces(work, platform.parts.library, format_, selection, Mask(personal=not masked)))
        if file is not None:
            output.say(f"{file}: {plural(size, 'byte')}")
            output.result({"file": str(file), "bytes": size})


@contextmanager
def _writer(file: Path | None) -> Iterator[BinaryIO]:
    """The file, or standard output. Raises Invalid when it cannot be written."""
    if file is None:
        yield sys.stdout.buffer
        return
    try:
        with file.open("wb") as stream:
            yield stream
    except OSError as error:
        raise Invalid("CLI-1021", f"{file} cannot be written: {error.strerror}.") from error


def _write(stream: BinaryIO, pieces: Iterable[bytes]) -> int:
    return sum(stream.write(piece) for piece in pieces)


def _add_rebuild(history: click.Group) -> None:
    @command(history, short_help="Make the read models from the journal again.")
    @installation_options
    def rebuild(output: Output, config: Config) -> None:
        """Make activity times, audit and decisions from the journal again, while everything else goes on.

        Broken off, it goes on where it was when it is called again.
        """
        done = 0
        with opened(config) as platform:
            for step in platform.history.projection.rebuild():
                done = step.total
                output.say(f"{step.done:,} of {plural(step.total, 'instance')}")
        output.result({"instances": done})


def _add_clean(history: click.Group) -> None:
    @command(history, short_help="Remove ended instances that were kept long enough.")
    @installation_options
    @click.option("--dry-run", is_flag=True, help="Only tell what would be removed, and by which rule.")
    def clean(output: Output, config: Config, dry_run: bool) -> None:
        """Remove ended instances that were kept long enough, with everything that belongs to them.

        The server does it by itself from time to time. The rule of a process is what `ringi history keep` says, else the
        setting ringi:historyTimeToLive of its diagram, else RINGI_HISTORY_TIME_TO_LIVE.
        """
        with opened(config) as platform:
            retention = platform.history.retention
            if dry_run:
                with platform.database.read() as work:
                    rows = [_foreseen(doomed) for doomed in retention.preview(work)]
            else:
                rows = [tuple(row[name] for name in _COLUMNS) for row in retention.clean(steps=sys.maxsize)]
        output.table([name.replace("_", " ") for name in _COLUMNS], rows)
        if not rows:
            output.say("Nothing has a rule: everything is kept." if dry_run else "Nothing was kept long enough to go.")
        output.result({"dry_run": dry_run, "removed": [dict(zip(_COLUMNS, row, strict=True)) for row in rows]})


def _foreseen(doomed: Doomed) -> tuple[object, ...]:
    rule = doomed.rule
    about = (rule.process_id, rule.version, rule.source, rule.time_to_live, rule.ended_before)
    return (*about, doomed.instances, doomed.journal_rows)


def _add_keep(history: click.Group) -> None:
    @command(history, short_help="Say how long ended instances of a process are kept.")
    @installation_options
    @click.argument("process")
    @click.argument("time_to_live", required=False)
    @click.option("--for-ever", is_flag=True, help="Never remove them.")
    @click.option("--as-the-diagram-says", "unset", is_flag=True, help="Take back what was said here.")
    @click.option("--why", default="", help="The reason, for those who ask later.")
    def keep(  # one for each option
        output: Output, config: Config, process: str, time_to_live: str | None, for_ever: bool, unset: bool, why: str
    ) -> None:
        """Keep ended instances of PROCESS for TIME_TO_LIVE, a duration such as P180D, whatever its diagram says.

        \b
        ringi history keep order P2Y --why "the auditors want two years"
        """
        if sum([time_to_live is not None, for_ever, unset]) != 1:
            raise Invalid("CLI-1022", "Give one of: a duration, --for-ever, --as-the-diagram-says.")
        with opened(config) as platform, platform.database.write(SYSTEM, why) as work:
            if unset:
                platform.history.retention.unset(work, process)
            else:
                platform.history.retention.set(work, process, time_to_live)
        said = "as its diagram or the configuration says" if unset else "for ever" if for_ever else f"for {time_to_live}"
        output.say(f"Ended instances of {process} are kept {said}.")
        output.result({"process_id": process, "time_to_live": time_to_live, "for_ever": for_ever, "unset": unset})
