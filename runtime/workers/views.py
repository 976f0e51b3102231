"""What a worker is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.api import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalJob:
    """A job in the hands of a worker until `locked_until`, as long as it shows the `lock`.

    `attempt` counts from 1; `retries` tells how often it may be tried after this attempt.
    """

    id: str
    lock: str
    locked_until: datetime
    type: str
    instance_id: str
    process_id: str
    business_key: str | None
    element: str
    headers: Mapping[str, str]
    variables: Mapping[str, Value]
    listener: str
    attempt: int
    retries: int
    priority: int
    created_at: datetime
