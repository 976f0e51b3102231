"""The application as a server calls it: behind the door, and behind the proxies that one trusts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from runtime.http.app import create_app
from runtime.servers.admission import Admission, Application, Limits

if TYPE_CHECKING:
    from runtime.platform import Platform


def front(platform: Platform) -> tuple[Application, Limits]:
    """The WSGI application of an installation, and how many threads it wants."""
    config = platform.config
    limits = Limits.of(config.web_threads)
    door = Admission(create_app(platform), limits)
    trusted = config.proxies
    return (ProxyFix(door, x_for=trusted, x_proto=trusted, x_host=trusted) if trusted else door), limits
