"""The web application: pages for people under /, the API for other systems under /api/v1."""

from __future__ import annotations

import logging
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Flask

import runtime
from runtime.http import csrf, identity, notices, observing, preferences, problems, rates, security, strict_json, templating
from runtime.http.api import register as register_api
from runtime.http.assets import WebBuild
from runtime.http.blueprints import BLUEPRINTS
from runtime.http.current import EXTENSION

if TYPE_CHECKING:
    from runtime.platform import Platform

SCREENS = "ringi.screens"
MANIFEST = Path(runtime.__file__).parents[1] / "designer/static/dist/.vite/manifest.json"
_MEGABYTE = 1_000_000
log = logging.getLogger("ringi.http")


def create_app(platform: Platform) -> Flask:
    """The WSGI application for a platform. Sets nothing global: tests make as many as they like."""
    app = Flask("runtime.http", static_folder=None)
    app.extensions[EXTENSION] = platform
    app.config.update(
        MAX_CONTENT_LENGTH=20 * _MEGABYTE,
        MAX_FORM_MEMORY_SIZE=2 * _MEGABYTE,
        MAX_FORM_PARTS=5_000,
        SESSION_COOKIE_SECURE=platform.config.address.startswith("https://"),
    )
    app.json = strict_json.StrictJson(app)
    _wrap_requests(app, platform)
    templating.set_up(app, WebBuild(MANIFEST))
    problems.set_up(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    register_api(app)
    _mount_screens(app)
    return app


def _wrap_requests(app: Flask, platform: Platform) -> None:
    """What runs around every view. Language first, so that a refusal is understood; who asks before what they may do."""
    observing.set_up(app)
    app.before_request(preferences.choose)
    app.before_request(problems.refuse)
    rates.set_up(app, platform.config.public_rate)
    identity.set_up(app)
    preferences.set_up(app)
    app.before_request(strict_json.limit_body)
    csrf.protect(app)
    security.protect(app)
    notices.set_up(app)


def _mount_screens(app: Flask) -> None:
    """Blueprints of the entry-point group ``ringi.screens``, by name. One whose module is not installed is left out."""
    for point in sorted(entry_points(group=SCREENS), key=lambda one: one.name):
        try:
            blueprint = point.load()
        except ModuleNotFoundError as missing:
            log.warning("the screens %r of %s are not installed: %s", point.name, point.value, missing)
            continue
        if not isinstance(blueprint, Blueprint):
            raise TypeError(f"The entry point {point.name!r} of {SCREENS} is {blueprint!r}, not a Flask blueprint.")
        app.register_blueprint(blueprint)
