"""What templates may use: texts and formats, the form token, files, icons, the navigation. An unknown name is an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Flask, request, url_for
from jinja2 import StrictUndefined
from markupsafe import Markup

from engine.api import to_plain
from runtime import i18n
from runtime.forms import flat
from runtime.http import navigation, notices
from runtime.http.assets import WebBuild, asset, digest
from runtime.http.csrf import csrf_field, csrf_token
from runtime.http.current import current_actor, platform
from runtime.http.preferences import theme

FILTERS: Mapping[str, Callable[..., str]] = {
    "label": i18n.label,
    "datetime": i18n.format_datetime,
    "date": i18n.format_date,
    "time": i18n.format_time,
    "number": i18n.format_decimal,
    "relative": i18n.format_relative,
    "duration": i18n.format_duration,
}


def icon(name: str, title: str = "") -> Markup:
    """One picture of the sprite (static/icons.svg). It is decoration unless it has a title."""
    place = url_for("assets.file", name="icons.svg", v=digest("icons.svg"))
    if title:
        return Markup('<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>').format(title, place, name)
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>').format(place, name)


def permits(permission: str) -> bool:
    """Whether the signed-in person has a permission; templates leave out what would be refused."""
    someone = current_actor()
    return someone is not None and platform().access.permits(someone, permission)


def with_query(**changes: str | None) -> str:
    """The address of this page with some query parameters changed, or taken out when None."""
    query = {name: value for name, value in request.args.items() if name not in changes}
    query |= {name: value for name, value in changes.items() if value}
    if request.endpoint is None:
        return request.path
    values: dict[str, Any] = {**(request.view_args or {}), **query}
    return url_for(request.endpoint, **values)


def set_up(app: Flask, build: WebBuild) -> None:
    """Give the templates of all blueprints their names."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(FILTERS)
    environment.globals.update(
        {
            "_": i18n.gettext,
            "ngettext": i18n.ngettext,
            "csrf_field": csrf_field,
            "csrf_token": csrf_token,
            "asset": partial(asset, build),
            "asset_styles": build.styles,
            "all_nodes": flat,
            "icon": icon,
            "permits": permits,
            "with_query": with_query,
            "languages": i18n.NAMES,
            "timedelta": timedelta,
            "plain": to_plain,
        }
    )
    app.context_processor(_page)


def _page() -> dict[str, Any]:
    """What belongs to this request."""
    return {
        "current_actor": current_actor(),
        "language": i18n.current_language(),
        "theme": theme(),
        "navigation": navigation.items() if current_actor() else [],
        "notice": notices.take(),
        "time_zone": i18n.time_zone().key,
    }
