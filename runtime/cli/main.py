"""The command line, `ringi`: one group, one module for each family of commands."""

from __future__ import annotations

import click

from runtime.cli import decisions, diagrams, installation, packages, serve

HELP = """Ringi runs business processes that people can read and change.

\b
Start here:
  ringi up                            serve on http://127.0.0.1:8080
  ringi run order.bpmn                run a diagram in memory, step by step
  ringi check processes/              say what would fail, before it is deployed
  ringi feel '1 + 2 * x' --context '{"x": 20}'

Every command takes --json. Exit codes: 0 done, 1 failed or refused, 2 wrong usage, 3 the instance waits.
"""


@click.group(help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def main() -> None:
    """Commands are added below, in the order of the help page."""


serve.add_to(main)
diagrams.add_to(main)
decisions.add_to(main)
packages.add_to(main)
installation.add_to(main)
