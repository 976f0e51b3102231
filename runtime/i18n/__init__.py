"""The languages of the screens: catalogues, labels per language, and formats.

Source texts are English. `runtime/i18n/<language>/<area>.po` hold the translations; a language's areas are merged at first use.
Whoever answers a request says once which language holds (`set_language`); `_()` and the formats then need no argument.
"""

from __future__ import annotations

from runtime.i18n.catalogues import gettext, ngettext
from runtime.i18n.formats import (
    format_date,
    format_datetime,
    format_decimal,
    format_duration,
    format_relative,
    format_time,
    set_time_zone,
    time_zone,
)
from runtime.i18n.languages import (
    LANGUAGES,
    NAMES,
    current_language,
    label,
    set_language,
    speaking,
    supported,
)

_ = gettext


def N_(message: str) -> str:
    """Mark a text for the catalogues; it is translated where it is shown."""
    return message


__all__ = [
    "LANGUAGES",
    "NAMES",
    "N_",
    "_",
    "current_language",
    "format_date",
    "format_datetime",
    "format_decimal",
    "format_duration",
    "format_relative",
    "format_time",
    "gettext",
    "label",
    "ngettext",
    "set_language",
    "set_time_zone",
    "speaking",
    "supported",
    "time_zone",
]
