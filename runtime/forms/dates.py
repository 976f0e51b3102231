"""Days, times of day and moments: typed in the user's time zone, submitted as ISO 8601 texts in the way form-js does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from marshmallow import ValidationError

from engine.api import Value
from runtime.forms.fields import FormField
from runtime.forms.model import DateFormat
from runtime.i18n import _, format_date, time_zone


class DateField(FormField):
    """`format.serializing` is about the time zone: utc_offset keeps it, utc_normalized converts, no_timezone drops it."""

    def __init__(self, *, required: bool, format: DateFormat, now: datetime) -> None:
        super().__init__(required=required)
        self.format = format
        self.now = now

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        read = {"date": self._day, "time": self._time}.get(self.format.subtype, self._moment)
        try:
            return read(value)
        except (ValueError, TypeError, OverflowError) as wrong:
            raise ValidationError(self._wanted()) from wrong

    def _wanted(self) -> str:
        if self.format.subtype == "time":
            return _("Write a time, such as 14:30.")
        if self.format.subtype == "date":
            return _("Choose a date.")
        return _("Choose a date and a time.")

    def _day(self, value: str) -> str:
        day, today = date.fromisoformat(value), self.now.astimezone(time_zone()).date()
        if self.format.no_past and day < today:
            raise ValidationError(_("Choose a date that is not before %(day)s.", day=format_date(today)))
        return day.isoformat()

    def _time(self, value: str) -> str:
        clock = time.fromisoformat(value)
        if self.format.serializing == "no_timezone":
            return clock.replace(tzinfo=None).isoformat("minutes")
        today = self.now.astimezone(time_zone()).date()
        whole = datetime.combine(today, clock, tzinfo=clock.tzinfo or time_zone())
        return self._with_zone(whole).partition("T")[2]

    def _moment(self, value: str) -> str:
        moment = datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=time_zone())
        if self.format.no_past and moment < self.now:
            raise ValidationError(_("Choose a date and a time that are not in the past."))
        if self.format.serializing == "no_timezone":
            return moment.replace(tzinfo=None).isoformat(timespec="minutes")
        return self._with_zone(moment)

    def _with_zone(self, moment: datetime) -> str:
        moment = moment.astimezone(UTC) if self.format.serializing == "utc_normalized" else moment
        return moment.isoformat(timespec="minutes").replace("+00:00", "Z")


def typed_date(value: Value, subtype: str) -> str:
    """The value as the browser's date and time inputs want it, in the user's time zone; "" when it is no such value."""
    try:
        if subtype == "date":
            return _day_of(value).isoformat()
        if subtype == "time":
            clock = value if isinstance(value, time) else time.fromisoformat(str(value))
            return clock.replace(tzinfo=None).isoformat("minutes")
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        local = moment.astimezone(time_zone()) if moment.tzinfo else moment
        return local.replace(tzinfo=None).isoformat(timespec="minutes")
    except ValueError:
        return ""


def _day_of(value: Value) -> date:
    if isinstance(value, datetime):
        return value.astimezone(time_zone()).date() if value.tzinfo else value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[: len("2026-01-01")])
