"""Several hosts on one machine: network namespaces that a bridge joins, so that one can be cut off from the others."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

OUTSIDE = "10.231.7.254"
"""The address of this process, which drives the others from outside."""


@dataclass(kw_only=True)
class Network:
    """`hosts` by name, each with an address; `tag` keeps two networks apart."""

    tag: str
    names: Sequence[str]
    addresses: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.addresses = {name: f"10.231.7.{number}" for number, name in enumerate(self.names, 1)}

    def within(self, name: str) -> list[str]:
        """What to put in front of a command so that it runs on that host."""
        return ["ip", "netns", "exec", self._space(name)]

    def cut_off(self, name: str) -> None:
        """Nothing reaches the host and nothing leaves it; nobody is told."""
        _ip("link", "set", self._link(name), "down")

    def join_again(self, name: str) -> None:
        """The cable is back."""
        _ip("link", "set", self._link(name), "up")

    def put_up(self) -> None:
        """A bridge, and a cable from it to each host."""
        _ip("link", "add", self._bridge, "type", "bridge")
        _ip("addr", "add", f"{OUTSIDE}/24", "dev", self._bridge)
        _ip("link", "set", self._bridge, "up")
        for name in self.names:
            _ip("netns", "add", self._space(name))
            _ip("link", "add", self._link(name), "type", "veth", "peer", "name", "eth0", "netns", self._space(name))
            _ip("link", "set", self._link(name), "master", self._bridge, "up")
            for command in (["addr", "add", f"{self.addresses[name]}/24", "dev", "eth0"], ["link", "set", "eth0", "up"]):
                _ip("-n", self._space(name), *command)
            _ip("-n", self._space(name), "link", "set", "lo", "up")

    def take_down(self) -> None:
        """Everything that was put up, as far as it is there."""
        for name in self.names:
            _ip("netns", "del", self._space(name), must=False)
            _ip("link", "del", self._link(name), must=False)
        _ip("link", "del", self._bridge, must=False)

    @property
    def _bridge(self) -> str:
        return f"rb{self.tag[-8:]}"

    def _space(self, name: str) -> str:
        return f"ringi-{self.tag}-{name}"

    def _link(self, name: str) -> str:
        return f"rv{self.tag[-8:]}{self.names.index(name)}"


@contextmanager
def network(*names: str, tag: str = "") -> Iterator[Network]:
    """Put one up for the time of the block."""
    made = Network(tag=f"{tag}{os.getpid()}", names=names)
    try:
        made.put_up()
        yield made
    finally:
        made.take_down()


def missing() -> str:
    """Why there can be no such hosts here; "" when there can."""
    if shutil.which("ip") is None:
        return "there is no `ip` (iproute2) on this machine"
    try:
        with network("probe", tag="p"):
            return ""
    except subprocess.CalledProcessError as error:
        return f"this user may not make network namespaces: {error.stderr.strip()}"


def _ip(*command: str, must: bool = True) -> None:
    subprocess.run(["ip", *command], check=must, capture_output=True, text=True)
