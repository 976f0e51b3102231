"""What can be wrong on this machine: disk, rights, what was built, how the server is reached."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url

from runtime.config import Config
from runtime.doctor.findings import Finding, error, good, warning

_MEGABYTE = 1_000_000
_LITTLE, _TOO_LITTLE = 1000 * _MEGABYTE, 100 * _MEGABYTE
_BUILT = Path(__file__).parents[2] / "designer/static/dist/.vite/manifest.json"


def check(config: Config) -> Iterator[Finding]:
    """Everything that needs no database."""
    yield from _address(config)
    yield from _disk(config)
    yield from _rights(config)
    yield from _web_build()


def _address(config: Config) -> Iterator[Finding]:
    address = urlsplit(config.address)
    if _is_loopback(config.host) and not config.base_url:
        yield good("configuration", "Only this machine can reach it.", config.address)
    elif address.scheme != "https":
        what = "People reach it without encryption, so that passwords can be read on the way."
        yield warning("configuration", what, "Put a proxy with TLS in front and set RINGI_BASE_URL=https://….", config.address)
    else:
        yield good("configuration", "People reach it encrypted.", config.address)
    if config.base_url and _is_loopback(config.host) and not config.proxies:
        what = "A proxy seems to stand in front, and every request seems to come from it."
        yield warning("configuration", what, "Set RINGI_PROXIES=1, or the number of proxies.", "RINGI_PROXIES")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _disk(config: Config) -> Iterator[Finding]:
    place = _folder(config)
    if place is None:
        return
    free = shutil.disk_usage(place).free
    said = f"{free // _MEGABYTE:,} MB are free."
    if free < _TOO_LITTLE:
        yield error("disk", said, "Make room now: on a full disk nothing can be written.", str(place))
    elif free < _LITTLE:
        yield warning("disk", said, "Make room soon.", str(place))
    else:
        yield good("disk", said, str(place))


def _rights(config: Config) -> Iterator[Finding]:
    place = _folder(config)
    if place is None:
        return
    file = Path(str(make_url(config.database_url).database))
    if not os.access(place, os.W_OK) or (file.exists() and not os.access(file, os.W_OK)):
        yield error("rights", "This account may not write the database.", "Run as the account that owns it.", str(file))
    elif file.exists() and file.stat().st_mode & 0o007:
        yield warning("rights", "Every account of this machine may read the database.", f"chmod o-rwx {file}", str(file))
    elif file.exists():
        yield good("rights", "The database can be written, and not be read by everybody.", str(file))


def _folder(config: Config) -> Path | None:
    """The nearest folder that exists around an embedded database."""
    address = make_url(config.database_url)
    if address.get_backend_name() != "sqlite":
        return None
    file = Path(str(address.database)).absolute()
    return next(folder for folder in file.parents if folder.is_dir())


def _web_build() -> Iterator[Finding]:
    if _BUILT.is_file():
        yield good("web build", "The designer's scripts are there.", str(_BUILT.parent.parent))
    else:
        yield warning("web build", "The designer's scripts were not built.", "Run `make web`, or install a wheel.", str(_BUILT))
