"""`ringi db`, `ringi user` and `ringi version`: the installation itself."""

from __future__ import annotations

import platform as host
import sqlite3
from importlib.metadata import version as version_of

import click

from runtime.access.actor import SYSTEM
from runtime.access.service import new_password
from runtime.cli.opening import installation_options, opened
from runtime.cli.output import Output, command
from runtime.config import Config


def add_to(main: click.Group) -> None:
    """Add the commands of this module."""
    _add_database_commands(main)
    _add_user_commands(main)

    @command(main)
    def version(output: Output) -> None:
        """Show the versions of Ringi and what it runs on."""
        names = ("ringi", "spiffworkflow", "sqlalchemy", "flask", "lxml")
        versions = {name: version_of(name) for name in names} | {
            "python": host.python_version(),
            "sqlite": sqlite3.sqlite_version,
        }
        output.table(("part", "version"), versions.items())
        output.result(versions)


def _add_database_commands(main: click.Group) -> None:
    @main.group()
    def db() -> None:
        """The database."""

    @command(db)
    @installation_options
    def upgrade(output: Output, config: Config) -> None:
        """Bring the tables and packages to this version; quick when they are."""
        with opened(config) as platform:
            output.say(f"The database {platform.database.url} is up to date.")
            output.result({"database": platform.database.url})


def _add_user_commands(main: click.Group) -> None:
    @main.group()
    def user() -> None:
        """The people who sign in."""

    @command(user)
    @installation_options
    @click.argument("name")
    @click.option("--full-name", help="What screens show; NAME when left out.")
    @click.option("--role", "roles", multiple=True, help="A role. May be repeated. `ringi user roles` lists them.")
    @click.option("--language", type=click.Choice(["en", "ja", "ru"]), default="en", show_default=True)
    @click.option("--email", help="An e-mail address.")
    def add(
        output: Output,
        config: Config,
        name: str,
        full_name: str | None,
        roles: tuple[str, ...],
        language: str,
        email: str | None,
    ) -> None:
        """Add the user NAME with a generated password, shown once.

        \b
        ringi user add hana --full-name "Hana (demo)" --role seller --language ja
        """
        password = new_password()
        with opened(config) as platform, platform.database.write(SYSTEM, "ringi user add") as work:
            added = platform.access.add_user(
                work, name, name=full_name or name, password=password, roles=roles, language=language, email=email
            )
        output.say(f"{added.id} may sign in with the password [bold]{password}[/] (shown once).")
        output.result({"user": added.id, "password": password, "roles": sorted(added.roles)})

    @command(user, "list")
    @installation_options
    def list_(output: Output, config: Config) -> None:
        """Show who may sign in."""
        with opened(config) as platform, platform.database.read(SYSTEM) as work:
            users = platform.access.users(work)
        output.table(("user", "name", "roles"), ((u.id, u.name, ", ".join(sorted(u.roles))) for u in users))
        output.result([{"user": u.id, "name": u.name, "roles": sorted(u.roles)} for u in users])

    @command(user)
    @installation_options
    def roles(output: Output, config: Config) -> None:
        """Show the roles that there are, and who brought them."""
        with opened(config) as platform:
            found = list(platform.access.roles)
        output.table(("role", "from"), ((role.name, role.owner) for role in found))
        output.result([{"role": role.name, "owner": role.owner} for role in found])
