"""Open the installation that a command works on, and close it again."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from runtime.config import Config
from runtime.platform import Platform, build, from_environment

P = ParamSpec("P")
R = TypeVar("R")


def installation_options(function: Callable[..., R]) -> Callable[..., R]:
    """``--database``, ``--data`` and ``--package``; the command gets a `Config` of them and the ``RINGI_…`` variables."""

    @click.option("--database", help="sqlite:///FILE or postgresql://…  [default: .ringi/ringi.db, or RINGI_DATABASE]")
    @click.option(
        "--data", "data_dir", type=click.Path(file_okay=False, path_type=Path), help="Folder of the embedded database."
    )
    @click.option(
        "--package",
        "packages",
        multiple=True,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="A folder with a package.yaml, beside the installed packages. May be repeated.",
    )
    @functools.wraps(function)
    def wrapped(*args: Any, database: str | None, data_dir: Path | None, packages: tuple[Path, ...], **kwargs: Any) -> R:
        config = from_environment(os.environ, database=database, data_dir=data_dir, packages=packages or None)
        return function(*args, config=config, **kwargs)

    return wrapped


@contextmanager
def opened(config: Config) -> Iterator[Platform]:
    """The installation, its tables and packages up to date. Jobs do not run in it by themselves."""
    platform = build(config)
    try:
        platform.prepare()
        yield platform
    finally:
        platform.stop()
