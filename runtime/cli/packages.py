"""`ringi deploy`, `ringi package` and `ringi import`: bringing in diagrams, packages and data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from engine.api import Severity, check_resources
from runtime.access.actor import SYSTEM
from runtime.cli.arguments import collect_resources
from runtime.cli.importing import run_import
from runtime.cli.opening import installation_options, opened
from runtime.cli.output import EXIT_FAILED, Output, command, problem_data
from runtime.config import Config
from runtime.errors import Invalid
from runtime.packages.read import read_package
from runtime.platform import build

Folder = click.Path(exists=True, file_okay=False, path_type=Path)


def add_to(main: click.Group) -> None:
    """Add the commands of this module."""
    _add_deploy(main)
    _add_package_commands(main)
    _add_import(main)


def _add_deploy(main: click.Group) -> None:
    @command(main)
    @installation_options
    @click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
    def deploy(output: Output, config: Config, paths: tuple[Path, ...]) -> None:
        """Deploy diagrams, decisions and forms together, as one version; all of them or none.

        Running instances stay on the version they started with. The same content again makes no new version.
        """
        resources = collect_resources(paths)
        if not resources:
            raise Invalid("CLI-1003", "There is no .bpmn, .dmn or .form file at these paths.")
        with opened(config) as platform, platform.database.write(SYSTEM, "ringi deploy") as work:
            deployment = platform.processes.deploy(work, resources)
        rows = [(d.process_id, d.version) for d in deployment.definitions]
        output.table(("process", "version"), rows)
        output.result({"deployment": deployment.id, "processes": [{"process_id": p, "version": v} for p, v in rows]})


def _add_package_commands(main: click.Group) -> None:
    @main.group()
    def package() -> None:
        """Packages of processes, record types, forms and roles."""

    @command(package, "list")
    @installation_options
    def list_(output: Output, config: Config) -> None:
        """Show the packages that are installed or found."""
        with opened(config) as platform, platform.database.read(SYSTEM) as work:
            rows = platform.packages.list(work)
        output.table(("package", "version", "installed"), ((r.name, r.version, r.installed_at or "no") for r in rows))
        output.result(
            [{"name": r.name, "version": r.version, "installed_at": r.installed_at, "present": r.present} for r in rows]
        )

    @command(package)
    @installation_options
    @click.argument("folder", type=Folder)
    def install(output: Output, config: Config, folder: Path) -> None:
        """Install the package in FOLDER: all of it or nothing.

        Start `ringi up` with the same --package (or RINGI_PACKAGES) so that its handlers run.
        """
        config = replace(config, packages=(*config.packages, folder))
        with opened(config) as platform:
            wanted = read_package(folder).name
            installed = platform.packages.get(wanted)
        output.say(f"{installed.name} {installed.manifest.version} is installed.")
        output.result({"name": installed.name, "version": installed.manifest.version})

    @command(package)
    @click.argument("folder", type=Folder)
    def check(output: Output, folder: Path) -> int | None:
        """Say what is wrong with the package in FOLDER, without installing it."""
        return check_package(output, folder)


def check_package(output: Output, folder: Path) -> int | None:
    """Exit code 1 when the package could not be installed. Raises Invalid for a manifest that cannot be read."""
    found = read_package(folder)
    build(replace(Config(), installed_packages=False), packages=[found])
    checked = check_resources(found.resources)
    output.problems(checked.problems)
    errors = sum(p.severity is Severity.ERROR for p in checked.problems)
    output.say(f"{found.name} {found.manifest.version}: {len(found.resources)} files, {errors} errors.")
    output.result({"name": found.name, "problems": [problem_data(p) for p in checked.problems]})
    return EXIT_FAILED if errors else None


def _add_import(main: click.Group) -> None:
    @command(main, "import")
    @installation_options
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--as", "name", help="Which import of which package the file is for; guessed from its columns when left out.")
    @click.option(
        "--errors", "errors_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the bad rows to this CSV file."
    )
    @click.option("--no-wait", is_flag=True, help="Only take the file in; a running server does the work.")
    def import_(
        output: Output, config: Config, file: Path, name: str | None, errors_file: Path | None, no_wait: bool
    ) -> int | None:
        """Import FILE (CSV): each good row is handed to its process, each bad row is told with row, field and reason.

        An import that was broken off goes on where it stopped, here or in the server. The same rows again make no doubles.

        \b
        ringi import examples/data/leads.csv
        """
        return run_import(output, config, file, name=name, errors_file=errors_file, wait=not no_wait)
