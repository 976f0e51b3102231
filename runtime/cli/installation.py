"""`ringi db`, `ringi user` and `ringi version`: the installation itself."""

from __future__ import annotations

import platform as host
import sqlite3
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING, Any

import click

from runtime.access.actor import SYSTEM
from runtime.cli.opening import installation_options, opened
from runtime.cli.output import Output, command
from runtime.config import Config

if TYPE_CHECKING:
    from runtime.access.users import User

PARTS = ("ringi", "spiffworkflow", "sqlalchemy", "flask", "lxml", "psycopg")


def add_to(main: click.Group) -> None:
    """Add the commands of this module."""
    _add_user_commands(main)
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


def _add_user_commands(main: click.Group) -> None:
    @main.group(short_help="The people who sign in.")
    def user() -> None:
        """The people who sign in, and their roles."""

    _add_user_changes(user)

    @command(user, "list", short_help="Show the users.")
    @installation_options
    def list_(output: Output, config: Config) -> None:
        """Show the users with their roles, those who may not sign in any more, too."""
        with opened(config) as platform, platform.database.read(SYSTEM) as work:
            users = platform.access.users(work, active=None)
        output.table(("user", "name", "language", "active", "roles"), _rows(users))
        output.result([user_data(one) for one in users])

    @command(user, short_help="Show the roles there are.")
    @installation_options
    def roles(output: Output, config: Config) -> None:
        """Show the roles that there are, and which package brought them."""
        with opened(config) as platform:
            found = list(platform.access.roles)
        output.table(("role", "from", "label"), ((role.name, role.owner, role.label.get("en")) for role in found))
        output.result([{"role": role.name, "owner": role.owner, "label": dict(role.label)} for role in found])


def _add_user_changes(user: click.Group) -> None:
    @command(user, short_help="Add a user.")
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
        from runtime.access.service import new_password

        password = new_password()
        with opened(config) as platform, platform.database.write(SYSTEM, "ringi user add") as work:
            added = platform.access.add_user(
                work, name, name=full_name or name, password=password, roles=roles, language=language, email=email
            )
        output.say(f"{added.id} may sign in with the password [bold]{password}[/] (shown once).")
        output.result({**user_data(added), "password": password})

    @command(user, short_help="Give a user a new password.")
    @installation_options
    @click.argument("name")
    def password(output: Output, config: Config, name: str) -> None:
        """Give the user NAME a new generated password, shown once; who is signed in under that name is signed out."""
        from runtime.access.service import new_password
        from runtime.access.users import user_name

        new, name = new_password(), user_name(name)
        with opened(config) as platform, platform.database.write(SYSTEM, "ringi user password") as work:
            platform.access.set_password(work, name, new)
        output.say(f"{name} may sign in with the password [bold]{new}[/] (shown once).")
        output.result({"user": name, "password": new})


def user_data(user: User) -> dict[str, Any]:
    """A user as plain data."""
    plain = {"user": user.id, "name": user.name, "email": user.email, "language": user.language, "active": user.active}
    return {**plain, "roles": sorted(user.roles)}


def _rows(users: Iterable[User]) -> Iterable[tuple[object, ...]]:
    for one in users:
        yield one.id, one.name, one.language, "yes" if one.active else "no", ", ".join(sorted(one.roles))
