"""Job handlers that every package gets: processes work with records without a line of Python.

The header `type` of the task names the record type. They are declared the way a package declares its own.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from runtime.sdk import Job, JobFailure, Values, handler

MOST_FOUND = 1_000


@handler("record.create")
def create(job: Job) -> Values:
    """Variable `values`; answers ``{"record": …}``."""
    return {"record": job.records.create(_type(job), _context(job, "values"))}


@handler("record.update")
def update(job: Job) -> Values:
    """Variables `id` and `values`; answers ``{"record": …}``."""
    return {"record": job.records.update(_type(job), _id(job), _context(job, "values"))}


@handler("record.transition")
def transition(job: Job) -> Values:
    """Variables `id` and `stage`, perhaps `values` and `reason`; answers ``{"record": …}``."""
    values = _context(job, "values") if job.variables.get("values") is not None else None
    reason = job.variables.get("reason")
    return {"record": job.records.transition(_type(job), _id(job), _text(job, "stage"), values, reason)}


@handler("record.assign")
def assign(job: Job) -> Values:
    """Variables `id` and `user` (null: nobody); answers ``{"record": …}``."""
    user = job.variables.get("user")
    return {"record": job.records.assign(_type(job), _id(job), None if user is None else _text(job, "user"))}


@handler("record.find")
def find(job: Job) -> Values:
    """Perhaps variables `where` and `limit`; answers ``{"records": […]}``, the newest first."""
    where = _context(job, "where") if job.variables.get("where") is not None else {}
    return {"records": job.records.find(_type(job), where, limit=_limit(job))}


@handler("record.link")
def link(job: Job) -> Values:
    """Variables `id`, `field` and `to`: the reference field points to that record; answers ``{"record": …}``."""
    return {"record": job.records.update(_type(job), _id(job), {_text(job, "field"): job.variables.get("to")})}


@handler("record.note")
def note(job: Job) -> Values:
    """Variables `id` and `text`: a line in the record's timeline."""
    job.records.note(_type(job), _id(job), "note", _text(job, "text"))
    return {}


def _type(job: Job) -> str:
    found = job.headers.get("type")
    if not found:
        raise JobFailure(f"{job.type} needs the task header 'type' with the name of a record type.")
    return found


def _id(job: Job) -> str:
    """The record's id; the record itself as a context will do."""
    value = job.variables.get("id")
    if isinstance(value, dict):
        value = value.get("id")
    if not isinstance(value, str) or not value:
        raise JobFailure(f"{job.type} needs the variable 'id' with the id of a record.")
    return value


def _limit(job: Job) -> int:
    value = job.variables.get("limit")
    if value is None:
        return 100
    if not isinstance(value, Decimal) or value < 0:
        raise JobFailure(f"{job.type} needs the variable 'limit' with a number of records, or without it finds 100.")
    return min(int(value), MOST_FOUND)


def _text(job: Job, name: str) -> str:
    value = job.variables.get(name)
    if not isinstance(value, str) or not value:
        raise JobFailure(f"{job.type} needs the variable {name!r} with a text.")
    return value


def _context(job: Job, name: str) -> dict[str, Any]:
    value = job.variables.get(name)
    if not isinstance(value, dict):
        raise JobFailure(f"{job.type} needs the variable {name!r} with a context of fields and values.")
    return value
