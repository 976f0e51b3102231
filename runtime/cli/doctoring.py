"""`ringi doctor`."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

import click
from rich.markup import escape

from runtime.cli.opening import installation_options
from runtime.cli.output import EXIT_FAILED, Output, command, plural
from runtime.config import Config

_COLOURS = {"good": "green", "warning": "yellow", "error": "red"}


def add_to(main: click.Group) -> None:
    """Add the command of this module."""

    @command(main, short_help="Find what is wrong with an installation.")
    @installation_options
    @click.option("-v", "--verbose", is_flag=True, help="Tell what is well, too.")
    def doctor(output: Output, config: Config, verbose: bool) -> int:
        """Find what is wrong with an installation: what it is, where, and what to do. Nothing is changed.

        The exit code is 1 when there is an error; warnings are worth a look.

        \b
        ringi doctor
        ringi doctor --database postgresql://… --json
        """
        from runtime.doctor.service import examine

        found = list(examine(config))
        for one in found:
            if verbose or one.level != "good":
                place = f" [dim]{escape(one.where)}[/]" if one.where else ""
                output.say(f"[{_COLOURS[one.level]}]{one.level}[/] [bold]{one.check}[/]{place}")
                output.say(f"  {escape(one.what)}")
                if one.fix:
                    output.say(f"  [dim]→ {escape(one.fix)}[/]")
        counts = Counter(str(one.level) for one in found)
        output.say(
            f"{plural(len(found), 'check')}: {plural(counts['error'], 'error')}, {plural(counts['warning'], 'warning')}."
        )
        output.result({"errors": counts["error"], "warnings": counts["warning"], "findings": [asdict(one) for one in found]})
        return EXIT_FAILED if counts["error"] else 0
