"""`ringi up`: serve and run jobs, in one process."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from dataclasses import replace
from types import FrameType

import click
import waitress

from runtime.cli.first_start import set_up
from runtime.cli.opening import installation_options
from runtime.cli.output import Output, command
from runtime.config import Config
from runtime.errors import Unavailable
from runtime.packages.demo import SignIn
from runtime.platform import Platform, build

THREADS = 64
"""Waitress needs a thread for each slow client; they cost little (about 35 MiB for all)."""


def add_to(main: click.Group) -> None:
    """Add the command of this module."""

    @command(main)
    @installation_options
    @click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
    @click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.  [default: 8080]")
    @click.option(
        "--demo/--no-demo", default=True, show_default=True, help="Put in the packages' demo data at the first start."
    )
    def up(output: Output, config: Config, host: str | None, port: int | None, demo: bool) -> int | None:
        """Serve the screens and the API, and run jobs and timers, in one process.

        The first start makes the database, installs the packages, and prints the sign-ins, once. Stop with Ctrl+C;
        whatever was answered is on disk, and what was under way goes on at the next start.
        """
        config = replace(config, host=host or config.host, port=config.port if port is None else port)
        return serve(output, config, demo=demo)


def serve(output: Output, config: Config, *, demo: bool) -> int | None:
    """Run until told to stop."""
    from runtime.http.app import create_app

    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "WARNING"), format="%(levelname)s %(name)s: %(message)s")
    listening = listen(config)
    platform = build(replace(config, port=listening.getsockname()[1]))
    platform.prepare()
    made = set_up(platform, demo=demo)
    server = waitress.create_server(create_app(platform), sockets=[listening], threads=THREADS, ident=None)
    platform.start()
    announce(output, platform, made)
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.run()
    finally:
        server.close()
        platform.stop()
    return None


def listen(config: Config) -> socket.socket:
    """The socket, taken before anything else so that a second server on the port does no harm. Raises Unavailable."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((config.host, config.port))
    except OSError as error:
        listening.close()
        advice = "Is Ringi running already? Stop it, or choose another port with --port."
        raise Unavailable("CLI-1010", f"Cannot listen on {config.host}:{config.port}: {error.strerror}. {advice}") from error
    return listening


def announce(output: Output, platform: Platform, made: list[SignIn]) -> None:
    """Where it is, and the new sign-ins."""
    for package in platform.packages.all:
        output.say(f"[dim]package[/] {package.name} {package.manifest.version}")
    for note in platform.packages.notes:
        output.say(f"[yellow]note[/] {note}")
    if made:
        output.say("\nSign in as (shown once, so keep them):")
        output.table(("user", "password", "roles"), ((s.user, s.password, ", ".join(s.roles)) for s in made))
    sign_ins = [{"user": s.user, "password": s.password, "roles": list(s.roles)} for s in made]
    output.result({"address": platform.config.address, "sign_ins": sign_ins})
    output.say(f"\nRingi is on [bold]{platform.config.address}[/]  (Ctrl+C stops it)")
    for path, form in platform.packages.public_forms.items():
        output.say(f"[dim]public form[/] {platform.config.address}/f/{path}  {form.label.get('en', '')}")
    sys.stdout.flush()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
