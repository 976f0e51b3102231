"""`ringi backup` and `ringi restore`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runtime.cli.opening import installation_options
from runtime.cli.output import Output, command, plural
from runtime.config import Config

if TYPE_CHECKING:
    from runtime.backup.archive import Manifest

_FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


def add_to(main: click.Group) -> None:
    """Add the commands of this module."""

    @command(main, short_help="Copy the database to a file, while others use it.")
    @_FILE
    @installation_options
    def backup(output: Output, config: Config, file: Path) -> None:
        """Copy the database to a new FILE while the installation works, and check the copy.

        Everything that was answered before the backup began is in it. On PostgreSQL pg_dump does the work. The file holds all
        data of all people: keep it as you keep the database.

        \b
        ringi backup ringi-2026-11-22.zip
        """
        from runtime.backup.service import back_up

        manifest = back_up(config.database_url, file)
        output.say(f"{file} holds {_told(manifest)}.")
        output.result({"file": str(file), **asdict(manifest)})

    @command(main, short_help="Bring a backup back into an empty database.")
    @_FILE
    @installation_options
    def restore(output: Output, config: Config, file: Path) -> None:
        """Bring the backup FILE back into a database that is empty, and check that all of it is there.

        Stop the servers of the old database first, so that no two installations run the same timers and jobs.

        \b
        ringi restore ringi-2026-11-22.zip --data /srv/ringi-restored
        """
        from runtime.backup.service import restore as bring_back

        manifest = bring_back(config.database_url, file)
        output.say(f"Brought back: {_told(manifest)}.")
        output.result({"file": str(file), **asdict(manifest)})


def _told(manifest: Manifest) -> str:
    rows = sum(int(one.split()[0]) for one in manifest.tables.values())
    return f"{plural(rows, 'row')} of {plural(len(manifest.tables), 'table')}, as of {manifest.begun_at}"
