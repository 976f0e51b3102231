"""`ringi deployments`: what was deployed, its files, and the way back to it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runtime.access.actor import SYSTEM
from runtime.cli.opening import installation_options, opened
from runtime.cli.output import Output, command, plural
from runtime.config import Config
from runtime.errors import Invalid

if TYPE_CHECKING:
    from runtime.processes.past_deployments import PastDeployment


def add_to(main: click.Group) -> None:
    """Add the commands of this module."""

    @main.group(short_help="What was deployed, and the way back to it.")
    def deployments() -> None:
        """What was deployed, by whom and when; its files; and the way back to it."""

    _add_list(deployments)
    _add_download(deployments)
    _add_roll_back(deployments)


def _add_list(deployments: click.Group) -> None:
    @command(deployments, "list", short_help="List deployments, the newest first.")
    @installation_options
    @click.option("--process", "process_id", help="Only those that hold this process.")
    @click.option(
        "--limit", type=click.IntRange(1, 500), default=50, show_default=True, help="At most so many, the newest first."
    )
    def list_(output: Output, config: Config, process_id: str | None, limit: int) -> None:
        """List deployments, the newest first: what they hold, who made them, when and why."""
        with opened(config) as platform, platform.database.read() as work:
            found = platform.processes.past_deployments.page(work, process_id=process_id, limit=limit).rows
        output.table(
            ("deployment", "when", "who", "processes", "hash", "why"),
            map(_row, found),
        )
        output.result([asdict(one) for one in found])


def _row(one: PastDeployment) -> tuple[object, ...]:
    processes = ", ".join(f"{definition.process_id} v{definition.version}" for definition in one.definitions)
    when = one.deployed_at.isoformat(timespec="seconds")
    return (one.id, when, one.deployed_by, processes, one.content_hash[:12], one.why)


def _add_download(deployments: click.Group) -> None:
    @command(deployments, short_help="Write the files of a deployment as a zip file.")
    @installation_options
    @click.argument("deployment")
    @click.option(
        "--output", "-o", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The zip file."
    )
    def download(output: Output, config: Config, deployment: str, file: Path) -> None:
        """Write the files of DEPLOYMENT as a zip file."""
        with opened(config) as platform, platform.database.read() as work:
            archive = platform.processes.past_deployments.archive(work, deployment)
        try:
            file.write_bytes(archive)
        except OSError as error:
            raise Invalid("CLI-1021", f"{file} cannot be written: {error.strerror}.") from error
        output.say(f"{file}: {plural(len(archive), 'byte')}")
        output.result({"file": str(file), "bytes": len(archive)})


def _add_roll_back(deployments: click.Group) -> None:
    @command(deployments, "roll-back", short_help="Bring an earlier deployment back.")
    @installation_options
    @click.argument("deployment")
    @click.option("--why", default="", help="The reason, for the history.")
    def roll_back(output: Output, config: Config, deployment: str, why: str) -> None:
        """Deploy the files of DEPLOYMENT again, all together. Running instances stay on the version they have."""
        with opened(config) as platform, platform.database.write(SYSTEM, why) as work:
            done = platform.processes.past_deployments.roll_back(work, deployment)
        for one in done.definitions:
            output.say(f"{one.process_id} is at version {one.version} now, with the content of before.")
        processes = [{"process_id": d.process_id, "version": d.version, "name": d.name} for d in done.definitions]
        output.result({"deployment": done.id, "is_new": done.is_new, "processes": processes, "problems": []})
