"""The command line, `ringi`: one group, one module for each family of commands."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from runtime.cli import (
    backups,
    checking,
    decisions,
    deployments,
    diagrams,
    doctoring,
    history,
    installation,
    packages,
    serve,
    tables,
    users,
)
from runtime.cli.output import print_json

HELP = """Ringi runs business processes that people can read and change.

\b
Start here:
  ringi up                         serve on http://127.0.0.1:8080
  ringi run order.bpmn --auto      run a diagram in memory, step by step
  ringi check processes/           say what would fail, before it is deployed
  ringi feel '1 + 2 * x' --context '{"x": 20}'

Every command takes --json, and -h for help. Exit codes: 0 done, 1 failed or
refused, 2 wrong usage, 3 the instance waits.
"""


class Program(click.Group):
    """The group of all commands. It keeps their order, and tells wrong usage as JSON to who asked for JSON."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they were added."""
        return list(self.commands)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run one command and end the process with its exit code."""
        words = list(sys.argv[1:] if args is None else args)
        if not (standalone_mode and "--json" in words):
            return super().main(words, prog_name, complete_var, standalone_mode, **extra)
        try:
            result = super().main(words, prog_name, complete_var, False, **extra)
        except click.ClickException as error:
            print_json(_usage_data(error))
            sys.exit(error.exit_code)
        sys.exit(result if isinstance(result, int) else 0)


def _usage_data(error: click.ClickException) -> dict[str, Any]:
    """Wrong usage in the shape of every failure."""
    option = getattr(error, "param", None)
    fields = {option.name: [error.message]} if option is not None and option.name and error.message else {}
    detail = error.format_message()
    return {"title": "Wrong usage", "status": 400, "code": "CLI-1000", "detail": detail, "fields": fields, "problems": []}


@click.group(cls=Program, help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="ringi", prog_name="ringi", message="%(prog)s %(version)s")
def main() -> None:
    """Commands are added below, in the order of the help page."""


for family in (
    *(serve, diagrams, deployments, checking, decisions, tables, packages, users),
    *(history, installation, backups, doctoring),
):
    family.add_to(main)
