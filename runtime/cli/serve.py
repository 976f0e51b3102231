"""`ringi up`: serve and run jobs, in one process. `ringi web` and `ringi worker`: each does one of the two, in any number."""

from __future__ import annotations

import atexit
import errno
import importlib.util
import os
import shutil
import signal
import socket
import sys
import tempfile
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

import click

from runtime.cli.opening import installation_options, platform_of
from runtime.cli.output import Output, command, log_level
from runtime.config import Config
from runtime.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from runtime.packages.demo import SignIn
    from runtime.platform import Platform

BACKLOG = 1024
"""Connections that wait while the server starts or is busy."""

_WAITRESS = {"connection_limit": 800, "asyncore_use_poll": True, "channel_timeout": 60, "ident": None}
"""Connections beyond the limit wait in the backlog; it keeps below the 1,024 open files that a process usually may have."""

_ADVICE = {
    errno.EADDRINUSE: "Is Ringi running already? Stop it, or choose another port with --port.",
    errno.EACCES: "Ports below 1024 need special rights. Choose another with --port.",
}


_HOST = click.option("--host", help="Address to listen on.  [default: 127.0.0.1, or RINGI_HOST]")
_PORT = click.option("--port", type=click.IntRange(0, 65535), help="Port, 0 for any free one.  [default: 8080, or RINGI_PORT]")


def add_to(main: click.Group) -> None:
    """Add the commands of this module."""

    @command(main, short_help="Serve the screens and the API, and run jobs.")
    @installation_options
    @_HOST
    @_PORT
    @click.option(
        "--demo/--no-demo",
        default=None,
        help="Put in the packages' demo data, or leave it out.  [default: at the first start only]",
    )
    def up(output: Output, config: Config, host: str | None, port: int | None, demo: bool | None) -> int | None:
        """Serve the screens and the API, and run jobs and timers, in one process.

        The first start makes the database, installs the packages, and prints the sign-ins, once. Stop with Ctrl+C;
        whatever was answered is on disk, and what was under way goes on at the next start.

        \b
        ringi up                                   on http://127.0.0.1:8080, data in .ringi
        ringi up --port 9000 --data /srv/ringi     elsewhere
        ringi up --no-demo                         a first start without demo users and records
        """
        config = replace(config, host=host or config.host, port=config.port if port is None else port)
        return serve(output, config, demo=demo)

    @command(main, short_help="Serve the screens and the API from several processes; run no jobs.")
    @installation_options
    @_HOST
    @_PORT
    @click.option("--processes", type=click.IntRange(1), help="So many processes.  [default: 2, or RINGI_WEB_PROCESSES]")
    @click.option("--jobs/--no-jobs", default=False, help="Let these processes run jobs, too.  [default: no]")
    def web(
        output: Output, config: Config, host: str | None, port: int | None, processes: int | None, jobs: bool
    ) -> int | None:
        """Serve the screens and the API from several processes (gunicorn). Jobs and timers are run by `ringi worker`.

        Needs PostgreSQL; on an embedded database `ringi up` does all in one process. Stop with Ctrl+C or SIGTERM: requests in
        hand are answered.

        \b
        ringi web --host 0.0.0.0 --processes 4
        """
        config = replace(config, host=host or config.host, port=config.port if port is None else port)
        return serve_web(output, replace(config, web_processes=processes or config.web_processes), jobs=jobs)

    @command(main, short_help="Run jobs and timers; serve nothing.")
    @installation_options
    @click.option("--threads", type=click.IntRange(1), help="Threads for calls to the outside.  [default: 4, or RINGI_THREADS]")
    def worker(output: Output, config: Config, threads: int | None) -> int | None:
        """Run jobs and timers of an installation on PostgreSQL, beside any number of others, on any number of hosts.

        Stop with Ctrl+C or SIGTERM: what is in hand is finished within RINGI_GRACE; the rest others go on with at once.
        """
        return work(output, replace(config, threads=threads or config.threads))


def serve(output: Output, config: Config, *, demo: bool | None) -> int | None:
    """Serve and run jobs in this process until told to stop."""
    listening = listen(config)
    import waitress

    from runtime.cli.first_start import set_up
    from runtime.servers.front import front
    from runtime.servers.stopping import finish

    _observe(config)
    platform = platform_of(replace(config, port=listening.getsockname()[1]))
    platform.prepare()
    made = set_up(platform, demo=demo)
    application, limits = front(platform)
    server = waitress.create_server(application, sockets=[listening], threads=limits.threads, **_WAITRESS)
    signal.signal(signal.SIGTERM, _stop)
    try:
        platform.start()
        announce(output, platform, made)
        server.run()  # ends when it is told to stop
    finally:
        server.close()
        finish(platform)
    output.say("Stopped.")
    return None


def serve_web(output: Output, config: Config, *, jobs: bool) -> int | None:
    """Serve from several processes until told to stop; the exit of the process is gunicorn's."""
    config = _many("web", config)
    if importlib.util.find_spec("gunicorn") is None:
        raise Invalid("CLI-1012", "For `ringi web` gunicorn is missing. Install it: pip install 'ringi[server,postgres]'.")
    listening = listen(config)
    _share_numbers()
    from runtime.cli.first_start import set_up
    from runtime.servers.front import front
    from runtime.servers.web import serve_from_many

    _observe(config)
    platform = platform_of(replace(config, port=listening.getsockname()[1]))
    platform.prepare()
    made = set_up(platform, demo=False)
    serve_from_many(platform, front(platform), listening, ready=partial(announce, output, platform, made), jobs=jobs)
    return None


def work(output: Output, config: Config) -> int | None:
    """Run jobs until told to stop."""
    config = _many("worker", config)
    from runtime.servers.stopping import Stop, finish

    _observe(config)
    stop = Stop()
    platform = platform_of(config)
    platform.prepare()
    stop.listen()
    try:
        platform.start()
        shown = platform.database.engine.url.render_as_string(hide_password=True)
        output.result({"database": shown, "threads": config.threads, "process": os.getpid()})
        output.say(f"Ringi runs jobs of [bold]{shown}[/]  (Ctrl+C stops it)")
        sys.stdout.flush()
        stop.wait()
    finally:
        finish(platform)
    output.say("Stopped.")
    return None


def _share_numbers() -> None:
    """Let the processes of this server count together. The library reads the variable when it is imported."""
    folder, parent = tempfile.mkdtemp(prefix="ringi-numbers-"), os.getpid()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder

    def remove() -> None:
        if os.getpid() == parent:  # its children end before it does
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)


def _many(command: str, config: Config) -> Config:
    """The configuration for processes that wake each other. Refuses where the database is embedded in one."""
    if config.database_url.startswith("sqlite"):
        detail = (
            f"`ringi {command}` is for PostgreSQL, where any number of processes work together; set RINGI_DATABASE. "
            "An embedded database (SQLite) belongs to one process: `ringi up`, which serves and runs jobs."
        )
        raise Invalid("CLI-1011", detail)
    return replace(config, distributed=True)


def listen(config: Config) -> socket.socket:
    """The socket, taken before anything else so that a second server on the port does no harm. Raises Unavailable."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((config.host, config.port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        advice = _ADVICE.get(error.errno or 0, "Choose another address with --host.")
        raise Unavailable("CLI-1010", f"Cannot listen on {config.host}:{config.port}: {error.strerror}. {advice}") from error
    return listening


def announce(output: Output, platform: Platform, made: list[SignIn]) -> None:
    """Where it is, and the new sign-ins."""
    packages = [{"name": one.name, "version": one.manifest.version} for one in platform.packages.all]
    forms = {path: f"{platform.config.address}/f/{path}" for path in platform.packages.public_forms}
    sign_ins = [{"user": s.user, "password": s.password, "roles": list(s.roles)} for s in made]
    notes = list(platform.packages.notes)
    data = {"address": platform.config.address, "sign_ins": sign_ins, "packages": packages, "public_forms": forms}
    output.result({**data, "notes": notes})
    for one in packages:
        output.say(f"[dim]package[/] {one['name']} {one['version']}")
    for note in notes:
        output.say(f"[yellow]note[/] {note}")
    if made:
        output.say("\nSign in as (shown once, so keep them):")
        output.table(("user", "password", "roles"), ((s.user, s.password, ", ".join(s.roles)) for s in made))
    output.say(f"\nRingi is on [bold]{platform.config.address}[/]  (Ctrl+C stops it)")
    for path, form in platform.packages.public_forms.items():
        output.say(f"[dim]public form[/] {forms[path]}  {form.label.get('en', '')}")
    if not made:
        output.say("[dim]A lost password: ringi user password NAME gives a new one.[/]")
    sys.stdout.flush()


def _observe(config: Config) -> None:
    """A server tells its log in full, for operators: to programs each request, to a person at a terminal what is wrong."""
    from runtime.observe import logs, tracing

    as_json = config.log == "json" or (config.log == "auto" and not sys.stderr.isatty())
    logs.set_up(as_json=as_json, level=log_level(otherwise="INFO" if as_json else "WARNING"))
    if config.traces:
        tracing.set_up(config.traces)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
