"""The configuration of an installation, read once at the edge. Nothing else reads the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from runtime.errors import Invalid
from runtime.webhooks.addresses import Network, read_network

PREFIX = "RINGI_"
_LOGS = ("auto", "json", "text")


@dataclass(frozen=True, kw_only=True)
class Config:
    """`database` empty means a SQLite file in `data_dir`. `base_url` is the address that people use, for links and cookies.

    `packages` are folders with a package.yaml; `installed_packages` tells whether those of installed distributions count, too.
    `lease` is how long the jobs of a process that died wait before others go on with them, `sweep` how often the clock looks
    for work it was not told of. `phone_region` is the country (ISO 3166) of telephone numbers without a country code.
    `grace` is how long a server that is told to stop waits for what is in hand. `web_processes` and `web_threads` are the
    processes of `ringi web`, and how many requests each of them, or `ringi up`, answers at once.
    `public_rate` is how often a minute one address may send public forms, zero for no limit; `proxies` how many proxies
    stand in front, whose word about address and scheme of a client is taken.
    `overdue_per_second` is how many timers that were missed while nobody was there fire in a second, in each process.
    `history_time_to_live` is how long ended instances are kept whose diagram does not say (an ISO 8601 duration; empty: for
    ever), `history_keeps_timeline` whether their lines on the timelines of records stay.
    `log` is json, text, or auto: text on a terminal. `metrics_token` lets whoever has it read the numbers at /metrics, which
    only this machine may without one; `traces` is an OTLP/HTTP endpoint that gets the spans.
    `distributed` has the processes of an installation on PostgreSQL wake each other (`ringi web` and `ringi worker` do so
    anyway); `listen` False has them look for that instead of LISTEN, for connections through a pooler such as PgBouncer.
    `job_limits` are limits of job types, like ``mail.send=2; sms.send=1, 10/s``: at once, and in a time.
    `worker_patience` is how long a job waits for an external worker that nobody has heard of, until that is an incident.
    `webhook_key` is what the secrets of outgoing webhooks are made from, the same on every host (empty: a file in `data_dir`).
    `webhook_hosts` are the hosts that webhooks may be sent to (a dot in front: and all below; empty: any),
    `webhook_networks` networks of one's own that would be refused otherwise, `webhook_http` allows plain http. `secrets` is
    the file with the secrets of incoming webhooks.
    `allow_python` lets diagrams in SpiffWorkflow's dialect run, whose Python may do whatever this process may.
    """

    data_dir: Path = Path(".ringi")
    database: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    base_url: str = ""
    packages: tuple[Path, ...] = ()
    installed_packages: bool = True
    lease: timedelta = timedelta(seconds=20)
    sweep: timedelta = timedelta(seconds=5)
    threads: int = 4
    grace: timedelta = timedelta(seconds=20)
    web_processes: int = 2
    web_threads: int = 16
    public_rate: int = 60
    proxies: int = 0
    overdue_per_second: int = 200
    log: str = "auto"
    metrics_token: str = ""
    traces: str = ""
    worker_patience: timedelta = timedelta(hours=1)
    job_limits: str = ""
    distributed: bool = False
    listen: bool = True
    phone_region: str = "JP"
    allow_python: bool = False
    history_time_to_live: str = ""
    history_keeps_timeline: bool = True
    webhook_key: str = ""
    webhook_hosts: tuple[str, ...] = ()
    webhook_networks: tuple[Network, ...] = ()
    webhook_http: bool = False
    secrets: Path | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise Invalid("CFG-1001", f"The port must be from 0 to 65535, not {self.port}.")
        if self.log not in _LOGS:
            raise Invalid("CFG-1001", f"log must be one of {', '.join(_LOGS)}, not {self.log!r}.")
        for name in ("lease", "sweep", "grace", "worker_patience"):
            if getattr(self, name) <= timedelta(0):
                raise Invalid("CFG-1001", f"{name} must be longer than zero.")
        for name in ("public_rate", "proxies"):
            if getattr(self, name) < 0:
                raise Invalid("CFG-1001", f"{name} must be at least 0, not {getattr(self, name)}.")
        for name in ("threads", "overdue_per_second", "web_processes", "web_threads"):
            if getattr(self, name) < 1:
                raise Invalid("CFG-1001", f"{name} must be at least 1, not {getattr(self, name)}.")

    @property
    def database_url(self) -> str:
        """The database's address."""
        return self.database or f"sqlite:///{(self.data_dir / 'ringi.db').as_posix()}"

    @property
    def address(self) -> str:
        """`base_url`, or where the server listens."""
        return self.base_url or f"http://{self.host}:{self.port}"


def from_environment(environment: Mapping[str, str], **given: Any) -> Config:
    """The configuration of ``RINGI_…`` variables, over which `given` wins where it is not None.

    Raises Invalid for a variable that is not known, with the nearest that is, or a value of the wrong kind.
    """
    known = {f"{PREFIX}{field.name.upper()}": field.name for field in fields(Config)}
    values: dict[str, Any] = {}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX):
            continue
        if variable not in known:
            near = get_close_matches(variable, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(sorted(known))}."
            raise Invalid("CFG-1002", f"The environment variable {variable} is not known. {hint}")
        values[known[variable]] = _read(variable, known[variable], text)
    values.update({name: value for name, value in given.items() if value is not None})
    return replace(Config(), **values)


def _read(variable: str, name: str, text: str) -> Any:
    try:
        return _READERS.get(name, str)(text)
    except ValueError as error:
        raise Invalid("CFG-1003", f"{variable}={text!r} cannot be read: {error}.") from error


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", text.strip()):
        raise ValueError("a whole number is wanted")
    return int(text)


def _seconds(text: str) -> timedelta:
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text.strip()):
        raise ValueError("a number of seconds is wanted, like 5 or 0.5")
    return timedelta(seconds=float(text))


def _yes(text: str) -> bool:
    words = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}
    if text.lower() not in words:
        raise ValueError("use yes or no")
    return words[text.lower()]


def _paths(text: str) -> tuple[Path, ...]:
    return tuple(Path(part) for part in text.split(":") if part)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in text.replace(",", " ").split())


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(read_network(word) for word in _words(text))


_READERS: Mapping[str, Any] = {
    "secrets": Path,
    "webhook_hosts": _words,
    "webhook_networks": _networks,
    "webhook_http": _yes,
    "data_dir": Path,
    "port": _whole_number,
    "threads": _whole_number,
    "web_processes": _whole_number,
    "public_rate": _whole_number,
    "proxies": _whole_number,
    "web_threads": _whole_number,
    "overdue_per_second": _whole_number,
    "packages": _paths,
    "installed_packages": _yes,
    "allow_python": _yes,
    "history_keeps_timeline": _yes,
    "distributed": _yes,
    "listen": _yes,
    "lease": _seconds,
    "sweep": _seconds,
    "grace": _seconds,
    "worker_patience": _seconds,
}
