"""Conditions on business fields in an address: ``field.region=north&field.amount.gte=1000``."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from runtime.processes.business_fields import FieldIs

PREFIX = "field."


def asked_fields(given: MultiDict[str, str]) -> tuple[FieldIs, ...]:
    """The conditions of an address; one without a value is none. Raises Invalid for an unknown comparison."""
    return tuple(
        field_is(parameter.removeprefix(PREFIX), value)
        for parameter, value in given.items(multi=True)
        if parameter.startswith(PREFIX) and value.strip()
    )


def field_is(place: str, value: str) -> FieldIs:
    """The condition for ``name`` or ``name.comparison``. Raises Invalid for an unknown comparison."""
    name, _dot, operator = place.partition(".")
    return FieldIs(name, operator or "eq", value)
