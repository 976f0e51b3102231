"""`ringi db` and `ringi version`: the installation itself."""

from __future__ import annotations

import platform as host
import sqlite3
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of

import click

from runtime.cli.opening import installation_options, opened
from runtime.cli.output import Output, command
from runtime.config import Config

PARTS = ("ringi", "spiffworkflow", "sqlalchemy", "flask", "lxml", "psycopg")


def add_to(main: click.Group) -> None:
    """Add the commands of this module."""
    _add_database_commands(main)

    @command(main, short_help="Show the versions of Ringi and what it runs on.")
    def version(output: Output) -> None:
        """Show the versions of Ringi and what it runs on; add them to a report of a fault."""
        versions = {"ringi": _version("ringi"), "python": host.python_version(), "sqlite": sqlite3.sqlite_version}
        versions |= {name: _version(name) for name in PARTS}
        output.table(("part", "version"), ((name, known or "not installed") for name, known in versions.items()))
        output.result(versions)


def _version(name: str) -> str | None:
    try:
        return version_of(name)
    except PackageNotFoundError:
        return None


def _add_database_commands(main: click.Group) -> None:
    @main.group(short_help="The database.")
    def db() -> None:
        """The database: made and brought up to date by every command that needs it, or ahead of a start by `upgrade`."""

    @command(db, short_help="Bring tables and packages to this version.")
    @installation_options
    def upgrade(output: Output, config: Config) -> None:
        """Bring the tables and packages to this version; quick when they are.

        A database that a newer version of Ringi has changed is refused and left as it is. Make a backup before an upgrade.
        """
        with opened(config) as platform:
            shown = platform.database.engine.url.render_as_string(hide_password=True)
        output.say(f"The database {shown} is up to date.")
        output.result({"database": shown})
