"""A form, quickly."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from runtime.forms import read_form, usable
from runtime.i18n import set_language, set_time_zone


@pytest.fixture
def now():
    return datetime(2026, 3, 5, 22, 30, tzinfo=UTC)


@pytest.fixture
def form():
    def make(*components, **properties):
        return usable(read_form({"id": "f", "type": "default", "components": list(components), **properties}))

    return make


@pytest.fixture(autouse=True)
def english():
    set_language("en")
    set_time_zone("UTC")
    yield
    set_language("en")
    set_time_zone("UTC")
