"""Working-time calendars from the packages' YAML, checked strictly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, post_load

from engine.api import DayRule, Hours, Problem, WorkingCalendar, read_zone
from runtime.calendars.hours import on_dates, read_hours, read_week, read_yearly
from runtime.declarations import DECLARED_TWICE, Declaration, Finding, Label, Named, PackageFile, cannot_read


def _date(value: Any) -> date:
    if type(value) is date:  # what YAML makes of 2026-01-01; a date and time is another type
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValidationError([Finding(f"{value!r} is no date.", fix="Write it as 2026-12-25.")]) from None


def _zone(value: Any) -> Any:
    zone = read_zone(value) if isinstance(value, str) else None
    if zone is None:
        fix = "Use a name of the IANA database, such as Asia/Tokyo or Europe/Berlin."
        raise ValidationError([Finding(f"The time zone {value!r} is not known.", fix=fix)])
    return zone


class _Read(fields.Field[Any]):
    """A value that a function reads."""

    def __init__(self, read: Callable[[Any], Any], **settings: Any) -> None:
        super().__init__(**settings)
        self._read = read

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        return self._read(value)


class _DaysSchema(Declaration):
    """Some days: one `date`, `from` and `to`, or `every` year."""

    date = _Read(_date)
    from_ = _Read(_date, data_key="from")
    to = _Read(_date)
    every = fields.String()
    label = Label()

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Any:
        return self._with_hours(_rule(data), data)

    def _with_hours(self, rule: DayRule, data: Mapping[str, Any]) -> tuple[DayRule, Hours]:
        return rule, ()


class _OtherHoursSchema(_DaysSchema):
    hours = _Read(read_hours, required=True)

    def _with_hours(self, rule: DayRule, data: Mapping[str, Any]) -> tuple[DayRule, Hours]:
        return rule, data["hours"]


class _CalendarSchema(Declaration):
    label = Label(required=True)
    zone = _Read(_zone, required=True)
    hours = _Read(read_week, required=True)
    holidays = fields.List(fields.Nested(_DaysSchema), load_default=list)
    other_hours = fields.List(fields.Nested(_OtherHoursSchema), load_default=list)


class _FileSchema(Declaration):
    calendars = Named(_CalendarSchema(), required=True)


def read_calendars(files: Iterable[PackageFile]) -> dict[str, WorkingCalendar]:
    """The calendars of all packages by name. Raises Invalid (CAL-1001) with every problem of every file."""
    problems: list[Problem] = []
    calendars: dict[str, WorkingCalendar] = {}
    owners: dict[str, str] = {}
    for file in files:
        values = file.load(_FileSchema(), problems)
        for name, made in (values or {"calendars": {}})["calendars"].items():
            if name in calendars:
                message = f"The calendar {name!r} is declared by {owners[name]!r} and by {file.owner!r}."
                problems.append(file.problem(("calendars", name), Finding(message, DECLARED_TWICE, "Rename one of them.")))
            else:
                calendars[name], owners[name] = _calendar(name, made), file.owner
    if problems:
        raise cannot_read("CAL-1001", "The calendars", problems)
    return calendars


def _calendar(name: str, made: Mapping[str, Any]) -> WorkingCalendar:
    # Other hours first: a day with hours of its own is worked, holiday or not.
    others = (*made["other_hours"], *made["holidays"])
    return WorkingCalendar(name=name, zone=made["zone"], week=made["hours"], others=others, label=made["label"])


def _rule(data: Mapping[str, Any]) -> DayRule:
    given = tuple(key for key in ("date", "from_", "to", "every") if key in data)
    if given == ("every",):
        return read_yearly(data["every"])
    if given == ("date",):
        return on_dates(data["date"], data["date"])
    if given != ("from_", "to"):
        message = "Which days it is must be said in one way."
        raise ValidationError([Finding(message, fix="Give date, or from and to, or every.")])
    if data["from_"] > data["to"]:
        raise ValidationError([Finding("The days end before they begin.", fix="Exchange from and to.")])
    return on_dates(data["from_"], data["to"])
