"""`ringi user`: the people who sign in, and their roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from runtime.access.actor import SYSTEM
from runtime.cli.opening import installation_options, opened
from runtime.cli.output import Output, command
from runtime.config import Config
from runtime.errors import Invalid, NotFound

if TYPE_CHECKING:
    from runtime.access.users import User

Languages = click.Choice(["en", "ja", "ru"])


def add_to(main: click.Group) -> None:
    """Add the commands of this module."""

    @main.group(short_help="The people who sign in.")
    def user() -> None:
        """The people who sign in, and their roles."""

    _add_new(user)
    _add_change(user)
    _add_password(user)
    _add_token(user)
    _add_lists(user)


def _add_new(user: click.Group) -> None:
    @command(user, short_help="Add a user.")
    @installation_options
    @click.argument("name")
    @click.option("--full-name", help="What screens show; NAME when left out.")
    @click.option("--role", "roles", multiple=True, help="A role. May be repeated. `ringi user roles` lists them.")
    @click.option("--language", type=Languages, default="en", show_default=True)
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
        if not roles:
            output.say(f"[yellow]note[/] Without a role there is little to see: ringi user change {added.id} --role ROLE")
        output.result({**user_data(added), "password": password})


def _add_change(user: click.Group) -> None:
    @command(user, short_help="Change a user.")
    @installation_options
    @click.argument("name")
    @click.option(
        "--role", "roles", multiple=True, help="The roles from now on, in the place of those before. May be repeated."
    )
    @click.option("--no-roles", is_flag=True, help="Take all roles away.")
    @click.option("--full-name", help="What screens show.")
    @click.option("--language", type=Languages)
    @click.option("--email", help="An e-mail address.")
    @click.option("--active/--inactive", default=None, help="Let the user in again, or shut them out at once.")
    def change(
        output: Output,
        config: Config,
        name: str,
        roles: tuple[str, ...],
        no_roles: bool,
        full_name: str | None,
        language: str | None,
        email: str | None,
        active: bool | None,
    ) -> None:
        """Change what is named, and nothing else, of the user NAME. It holds from the user's next click.

        \b
        ringi user change hana --role seller --role data_steward
        ringi user change hana --inactive
        """
        if roles and no_roles:
            raise click.UsageError("--role and --no-roles exclude each other.")
        values = {"name": full_name, "language": language, "email": email}
        given = {member: value for member, value in values.items() if value is not None}
        if not (given or roles or no_roles or active is not None):
            raise Invalid("CLI-1012", "Nothing is to be changed. Say what, for example --role seller; -h lists the options.")
        with opened(config) as platform, platform.database.write(SYSTEM, "ringi user change") as work:
            access, found = platform.access, _existing(platform.access.user(work, _id(name)), name)
            if given:
                access.change_user(work, found.id, **given)
            if roles or no_roles:
                access.set_roles(work, found.id, roles)
            if active is not None:
                (access.activate if active else access.deactivate)(work, found.id)
            changed = _existing(access.user(work, found.id), name)
        _show(output, [changed])
        output.result(user_data(changed))


def _add_password(user: click.Group) -> None:
    @command(user, short_help="Give a user a new password.")
    @installation_options
    @click.argument("name")
    def password(output: Output, config: Config, name: str) -> None:
        """Give the user NAME a new generated password, shown once; who is signed in under that name is signed out."""
        from runtime.access.service import new_password

        new = new_password()
        with opened(config) as platform, platform.database.write(SYSTEM, "ringi user password") as work:
            found = _existing(platform.access.user(work, _id(name)), name)
            platform.access.set_password(work, found.id, new)
        output.say(f"{found.id} may sign in with the password [bold]{new}[/] (shown once).")
        if not found.active:
            output.say(f"[yellow]note[/] {found.id} is shut out: ringi user change {found.id} --active")
        output.result({"user": found.id, "password": new})


def _add_token(user: click.Group) -> None:
    @command(user, short_help="Make an API token, for a program.")
    @installation_options
    @click.argument("name")
    @click.argument("purpose")
    @click.option("--role", "roles", multiple=True, help="Only this of the user's roles. May be repeated.")
    def token(output: Output, config: Config, name: str, purpose: str, roles: tuple[str, ...]) -> None:
        """Make an API token of the user NAME, shown once. PURPOSE tells tokens apart, for people.

        \b
        ringi user add printer --role worker
        ringi user token printer "label printer in the store"
        """
        with opened(config) as platform, platform.database.write(SYSTEM, "ringi user token") as work:
            found = _existing(platform.access.user(work, _id(name)), name)
            made, secret = platform.access.create_token(work, found.id, purpose, roles=roles or None)
        output.say(f"The token of {found.id} is [bold]{secret}[/] (shown once).")
        output.result({"user": found.id, "id": made.id, "token": secret})


def _add_lists(user: click.Group) -> None:
    @command(user, "list", short_help="Show the users.")
    @installation_options
    def list_(output: Output, config: Config) -> None:
        """Show the users with their roles, those who may not sign in any more, too."""
        with opened(config) as platform, platform.database.read(SYSTEM) as work:
            users = platform.access.users(work, active=None)
        _show(output, users)
        output.result([user_data(one) for one in users])

    @command(user, short_help="Show the roles there are.")
    @installation_options
    def roles(output: Output, config: Config) -> None:
        """Show the roles that there are, and which package brought them."""
        with opened(config) as platform:
            found = list(platform.access.roles)
        output.table(("role", "from", "label"), ((role.name, role.owner, role.label.get("en")) for role in found))
        output.result([{"role": role.name, "owner": role.owner, "label": dict(role.label)} for role in found])


def user_data(user: User) -> dict[str, Any]:
    """A user as plain data."""
    plain = {"user": user.id, "name": user.name, "email": user.email, "language": user.language, "active": user.active}
    return {**plain, "roles": sorted(user.roles)}


def _id(name: str) -> str:
    """The id of a user name as it is kept. Raises Invalid for a text that is none."""
    from runtime.access.users import user_name

    return user_name(name)


def _existing(found: User | None, name: str) -> User:
    if found is None:
        raise NotFound("ACC-1004", f"There is no user {name}. `ringi user list` shows who there is.")
    return found


def _show(output: Output, users: Iterable[User]) -> None:
    rows = ((u.id, u.name, u.language, "yes" if u.active else "no", ", ".join(sorted(u.roles))) for u in users)
    output.table(("user", "name", "language", "active", "roles"), rows)
