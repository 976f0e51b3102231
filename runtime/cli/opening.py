"""Open the installation that a command works on, and close it again."""

from __future__ import annotations

import functools
import importlib.util
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from runtime.config import Config, from_environment
from runtime.errors import Invalid

if TYPE_CHECKING:
    from runtime.platform import Platform

P = ParamSpec("P")
R = TypeVar("R")

_SQLITE = b"SQLite format 3\0"
"""How every SQLite file begins (sqlite.org/fileformat2.html §1.3)."""
_WANTED = "Write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME."


def installation_options(function: Callable[..., R]) -> Callable[..., R]:
    """``--database``, ``--data`` and ``--package``; the command gets a `Config` of them and the ``RINGI_…`` variables."""

    @click.option(
        "--database", metavar="URL", help="sqlite:///FILE or postgresql://…  [default: ringi.db in --data, or RINGI_DATABASE]"
    )
    @click.option(
        "--data",
        "data_dir",
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder of the embedded database.  [default: .ringi, or RINGI_DATA_DIR]",
    )
    @click.option(
        "--package",
        "packages",
        multiple=True,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="A folder with a package.yaml, beside the installed packages; or RINGI_PACKAGES. May be repeated.",
    )
    @functools.wraps(function)
    def wrapped(*args: Any, database: str | None, data_dir: Path | None, packages: tuple[Path, ...], **kwargs: Any) -> R:
        config = from_environment(os.environ, database=database, data_dir=data_dir, packages=packages or None)
        return function(*args, config=config, **kwargs)

    return wrapped


def platform_of(config: Config) -> Platform:
    """The installation, wired but not prepared. Raises Invalid for an address that no database can have."""
    from runtime.platform import build

    _check_address(config.database_url)
    return build(config)


@contextmanager
def opened(config: Config) -> Iterator[Platform]:
    """The installation, its tables and packages up to date. Jobs do not run in it by themselves."""
    platform = platform_of(config)
    try:
        platform.prepare()
        yield platform
    finally:
        platform.stop()


def _check_address(url: str) -> None:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        address = make_url(url)
    except ArgumentError as error:
        raise Invalid("CLI-1007", f"The address of the database cannot be read. {_WANTED}") from error
    kind = address.get_backend_name()
    if kind == "sqlite":
        _check_file(address.database)
    elif kind != "postgresql":
        raise Invalid("CLI-1007", f"Ringi does not run on {kind}. {_WANTED}")
    elif importlib.util.find_spec("psycopg") is None:
        raise Invalid("CLI-1007", "For PostgreSQL the driver is missing. Install it: pip install 'ringi[postgres]'.")


def _check_file(file: str | None) -> None:
    if not file or file == ":memory:":
        raise Invalid("CLI-1007", f"The address names no file. {_WANTED}")
    if Path(file).is_dir():
        raise Invalid("CLI-1007", f"{file} is a folder; the database is a file, for example sqlite:///{file}/ringi.db.")
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    if Path(file).is_file():
        with Path(file).open("rb") as stream:
            if stream.read(len(_SQLITE)) not in {b"", _SQLITE}:
                raise Invalid("CLI-1007", f"{file} is no SQLite database. {_WANTED}")
