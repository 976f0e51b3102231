"""`ringi deploy`, `ringi package` and `ringi import`: bringing in diagrams, packages and data."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runtime.access.actor import SYSTEM
from runtime.cli.arguments import by_file_name, collect_resources
from runtime.cli.opening import installation_options, opened, platform_of
from runtime.cli.output import EXIT_FAILED, Output, command, counted, plural, problem_data
from runtime.config import Config

if TYPE_CHECKING:
    from runtime.packages.demo import SignIn
    from runtime.packages.service import PackageRow
    from runtime.processes.deployments import Deployment

Folder = click.Path(exists=True, file_okay=False, path_type=Path)


def add_to(main: click.Group) -> None:
    """Add the commands of this module."""
    _add_deploy(main)
    _add_import(main)
    _add_package_commands(main)


def _add_deploy(main: click.Group) -> None:
    @command(main, short_help="Deploy diagrams, decisions and forms together.")
    @installation_options
    @click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
    def deploy(output: Output, config: Config, paths: tuple[Path, ...]) -> None:
        """Deploy diagrams, decisions and forms together, as one version; all of them or none.

        Running instances stay on the version they started with. The same content again makes no new version.

        \b
        ringi deploy order.bpmn approve.form discount.dmn
        ringi deploy processes/orders/
        """
        resources = by_file_name(collect_resources(paths))
        with opened(config) as platform, platform.database.write(SYSTEM, "ringi deploy") as work:
            deployment = platform.processes.deploy(work, resources)
        output.problems(deployment.problems)
        if deployment.definitions:
            output.table(("process", "version"), ((d.process_id, d.version) for d in deployment.definitions))
        what = plural(len(resources), "file")
        output.say(f"{what} deployed." if deployment.is_new else f"Nothing changed: {what} deployed already.")
        output.result(_deployment_data(deployment))


def _deployment_data(deployment: Deployment) -> dict[str, Any]:
    versions = [{"process_id": d.process_id, "version": d.version, "name": d.name} for d in deployment.definitions]
    problems = [problem_data(p) for p in deployment.problems]
    return {"deployment": deployment.id, "is_new": deployment.is_new, "processes": versions, "problems": problems}


def _add_import(main: click.Group) -> None:
    @command(main, "import", short_help="Import a CSV file, row by row.")
    @installation_options
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--as", "name", help="Which import of which package the file is for; guessed from its columns when left out.")
    @click.option("--encoding", help="The file's encoding, such as utf-8 or cp932; found out when left out.")
    @click.option(
        "--errors", "errors_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the bad rows to this CSV file."
    )
    @click.option("--no-wait", is_flag=True, help="Only take the file in; a running server sends the rows.")
    def import_(
        output: Output,
        config: Config,
        file: Path,
        name: str | None,
        encoding: str | None,
        errors_file: Path | None,
        no_wait: bool,
    ) -> int | None:
        """Import FILE (CSV): each good row is handed to its process, each bad row is told with row, field and reason.

        The same rows again make no doubles: run the command once more when it was broken off, or let `ringi up` finish it.
        Exit code 1 when rows were bad.

        \b
        ringi import examples/data/leads.csv
        ringi import fair.csv --as leads --errors bad-rows.csv
        """
        from runtime.cli.importing import Order, run_import

        order = Order(file=file, name=name, encoding=encoding, errors_file=errors_file, wait=not no_wait)
        return run_import(output, config, order)


def _add_package_commands(main: click.Group) -> None:
    @main.group(short_help="Packages of processes, records and roles.")
    def package() -> None:
        """Packages of processes, record types, forms and roles: a folder with a package.yaml."""

    @command(package, "list", short_help="Show the packages.")
    @installation_options
    def list_(output: Output, config: Config) -> None:
        """Show the packages that are installed or found."""
        with opened(config) as platform, platform.database.read(SYSTEM) as work:
            rows = platform.packages.list(work)
        output.table(("package", "version", "installed", "files"), map(_package_line, rows))
        output.result(
            [{"name": r.name, "version": r.version, "installed_at": r.installed_at, "present": r.present} for r in rows]
        )
        if any(not row.present for row in rows):
            output.say("Files that are missing: name the folder with --package, or in RINGI_PACKAGES.")

    @command(package, short_help="Install a package from a folder.")
    @installation_options
    @click.argument("folder", type=Folder)
    @click.option("--demo", is_flag=True, help="Put in the package's demo data, too, and show its sign-ins.")
    def install(output: Output, config: Config, folder: Path, demo: bool) -> None:
        """Install the package in FOLDER: all of it or nothing.

        The folder stays where it is: start `ringi up` with the same --package (or RINGI_PACKAGES), so that its screens and
        handlers are there.

        \b
        ringi package install examples/onboarding --demo
        ringi up --package examples/onboarding
        """
        install_package(output, config, folder, demo=demo)

    @command(package, short_help="Say what is wrong with a package.")
    @installation_options
    @click.argument("folder", type=Folder)
    def check(output: Output, config: Config, folder: Path) -> int | None:
        """Say what is wrong with the package in FOLDER, without touching the installation.

        The package is installed on trial, with its demo data, beside the packages it would meet here.
        """
        return check_package(output, config, folder)


def _package_line(row: PackageRow) -> tuple[str, ...]:
    installed = f"{row.installed_at:%Y-%m-%d %H:%M} UTC" if row.installed_at else "no"
    return row.name, row.version, installed, "found" if row.present else "missing"


def install_package(output: Output, config: Config, folder: Path, *, demo: bool) -> None:
    """Install the package and say what came of it. Raises Invalid with every problem, or Conflict with both owners."""
    from runtime.cli.first_start import demo_data
    from runtime.packages.read import read_package

    name = read_package(folder).name
    with opened(_with(config, folder)) as platform:
        found = platform.packages.get(name)
        with platform.database.write(SYSTEM, "ringi package install") as work:
            made = demo_data(work, platform, [found]) if demo else []
    output.say(f"{found.name} {found.manifest.version} is installed.")
    _show(output, made)
    sign_ins = [{"user": s.user, "password": s.password, "roles": list(s.roles)} for s in made]
    output.result({"name": found.name, "version": found.manifest.version, "sign_ins": sign_ins})


def check_package(output: Output, config: Config, folder: Path) -> int | None:
    """Exit code 1 when the package could not be installed. Raises Invalid or Conflict for what stops it at once."""
    from runtime.cli.first_start import demo_data
    from runtime.packages.read import read_package

    found = read_package(folder)
    with tempfile.TemporaryDirectory(prefix="ringi-check-") as scratch:
        platform = platform_of(_with(replace(config, database="", data_dir=Path(scratch)), folder))
        try:
            platform.database.upgrade()
            with platform.database.read(SYSTEM) as work:
                problems = platform.processes.check(work, found.resources).problems
            errors = [p for p in problems if p.severity == "error"]
            if not errors:
                platform.prepare()
                with platform.database.write(SYSTEM, "trial") as work:
                    demo_data(work, platform, [platform.packages.get(found.name)])
        finally:
            platform.stop()
    output.problems(problems)
    output.say(f"{found.name} {found.manifest.version}: {plural(len(found.resources), 'file')}, {counted(problems)}.")
    data = {"name": found.name, "version": found.manifest.version, "files": len(found.resources)}
    output.result({**data, "problems": [problem_data(p) for p in problems]})
    return EXIT_FAILED if errors else None


def _with(config: Config, folder: Path) -> Config:
    """The configuration with the package beside the others; one that is named already is not named twice."""
    others = [path for path in config.packages if path.resolve() != folder.resolve()]
    return replace(config, packages=(*others, folder))


def _show(output: Output, made: Iterable[SignIn]) -> None:
    if made:
        output.say("\nSign in as (shown once, so keep them):")
        output.table(("user", "password", "roles"), ((s.user, s.password, ", ".join(s.roles)) for s in made))
