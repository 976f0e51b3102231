"""Where the values of a form come from: an HTML form (texts, per path) or a JSON body (values, nested)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from engine.api import from_plain
from runtime.forms.paths import dig

MISSING: Any = object()
"""Nothing was sent for this place."""
MAX_ROWS = 200
ROWS, SEEN, ADD, REMOVE, UPDATE = "~rows:", "~seen", "~add", "~remove", "~update"
"""Names of the form's own controls; no key of a form can begin with ``~``. ``~rows:lines`` lists for each row of `lines` which
row of the data it is, or ``new``, so that a row keeps what people cannot edit when one before it is removed."""
Origins = list[int | None]
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


class Source(Protocol):
    """What was filled in."""

    def one(self, path: str) -> Any: ...
    def many(self, path: str) -> Any: ...
    def asked(self, path: str) -> bool:
        """True when an absent value means that the person left the field empty."""
        ...

    def rows(self, path: str) -> Origins | None:
        """The rows of a dynamic list by their place in the data (None: a new row), or None when the source does not say."""
        ...


class HtmlSource:
    """The fields of a posted HTML form, with the add and remove buttons of dynamic lists already obeyed."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self._fields: dict[str, list[str]] = {}
        for name, value in fields:
            self._fields.setdefault(name, []).append(clean_text(value))
        for path in self._fields.get(ADD, []):
            self._set_rows(path, [*(self.rows(path) or []), None])
        for place in self._fields.get(REMOVE, []):
            self._remove_row(*place.rpartition(".")[::2])

    @property
    def asks_for_update(self) -> bool:
        """A button of the form other than its submit button was pressed: show the page again, check nothing."""
        return bool({ADD, REMOVE, UPDATE} & self._fields.keys())

    @property
    def seen(self) -> frozenset[str]:
        """The paths of the fields that were on the page."""
        return frozenset(self._fields.get(SEEN, [""])[0].split())

    def one(self, path: str) -> Any:
        return self._fields.get(path, [MISSING])[-1]

    def many(self, path: str) -> Any:
        """The ticked boxes; none ticked is an empty list when the field was on the page."""
        found = self._fields.get(path, [] if self.asked(path) else MISSING)
        return found if found is MISSING else [one for one in found if one]

    def asked(self, path: str) -> bool:
        return not self.seen or path in self.seen

    def rows(self, path: str) -> Origins | None:
        given = self._fields.get(ROWS + path)
        return None if given is None else [int(one) if one.isdecimal() else None for one in given[-1].split()[:MAX_ROWS]]

    def _set_rows(self, path: str, rows: Origins) -> None:
        self._fields[ROWS + path] = [origins_text(rows[:MAX_ROWS])]

    def _remove_row(self, path: str, index: str) -> None:
        rows = self.rows(path) or []
        if not index.isdecimal() or int(index) >= len(rows):
            return
        moved: dict[str, list[str]] = {}
        for name, values in self._fields.items():
            renamed = _shifted(name, path, int(index))
            if renamed is not None:
                moved[renamed] = values
        self._fields = moved
        self._set_rows(path, [one for place, one in enumerate(rows) if place != int(index)])


class JsonSource:
    """A JSON body: nested values by the same paths."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = from_plain(dict(values))

    def one(self, path: str) -> Any:
        container, _, name = path.rpartition(".")
        inside = dig(self.values, container)
        present = name in inside if isinstance(inside, dict) else dig(self.values, path) is not None
        return dig(self.values, path) if present else MISSING

    many = one

    def asked(self, path: str) -> bool:
        return False

    def rows(self, path: str) -> Origins | None:
        value = dig(self.values, path)
        return list(range(min(len(value), MAX_ROWS))) if isinstance(value, list) else None


def origins_text(rows: Origins) -> str:
    """What the hidden control of a dynamic list holds."""
    return " ".join("new" if one is None else str(one) for one in rows)


def clean_text(text: str) -> str:
    """Text without control, zero-width and direction-changing characters, with plain line ends."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _shifted(name: str, path: str, removed: int) -> str | None:
    """The name of a field after one row of a list went away; None for the fields of that row."""
    prefix = ROWS if name.startswith(ROWS) else ""
    row, _, rest = name.removeprefix(prefix).removeprefix(f"{path}.").partition(".")
    if not name.startswith(f"{prefix}{path}.") or not row.isdecimal() or int(row) < removed:
        return name
    return None if int(row) == removed else f"{prefix}{path}.{int(row) - 1}.{rest}"
