"""Requests made from the OpenAPI description by Schemathesis, about things that are really there."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks
from schemathesis.specs.openapi.schemas import OpenApiSchema

from runtime.platform import Platform

CHECKS: Final = (
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
)
_FIXED: Final[dict[str, tuple[Any, ...]]] = {
    "type": ("case",),
    "process_id": ("chore", "stuck"),
    "version": (1,),
    "element": ("first", "second", "work"),
    "elements": (["first"],),
    "at": (["first"], ["second"]),
    "element_key": (1, 2, 3),
    "element_instance": (1, 2, 3),
    "key": (1, 2, 3),
    "stage": ("new", "done"),
    "group": ("staff", "lead"),
    "order": ("-created_at", "subject"),
    "where": ('subject = "x"', 'owner = user.id and stage_category = "open"'),
}
"""Values that mean something to this platform, by the name of the field or parameter."""
_IDS_IN: Final = re.compile(r"/api/v1/([\w-]+)/\{(\w+_id)\}")
_OFTEN: Final = 5
"""Of so many values all but one are known ones."""
_MANY: Final = 9_999


class Described:
    """A described API. `statuses` counts the answers by operation; `known` has real values by name."""

    def __init__(self, schema: OpenApiSchema, headers: dict[str, str], shop: Platform) -> None:
        self.shop = shop
        self.operations: list[APIOperation] = [found.ok() for found in schema.get_all_operations()]
        self.known: dict[str, list[Any]] = {name: list(values) for name, values in _FIXED.items()}
        self.statuses: Counter[tuple[str, int]] = Counter()
        self._headers = headers
        self._cases = {one.label: _cases(one) for one in self.operations}
        self._lists = {found[1]: found[2] for one in self.operations if (found := _IDS_IN.match(one.path))}
        for name in self._lists.values():
            self.learn(name)

    def learn(self, name: str, *values: Any) -> None:
        """Remember real values."""
        known = self.known.setdefault(name, [])
        known += [value for value in values if value not in known]

    def call(self, data: st.DataObject, operation: APIOperation) -> None:
        """Send a request as the description allows, or just does not allow; check the answer, and learn from it."""
        case = data.draw(self._cases[operation.label], label=operation.label)
        self._make_real(case, data)
        answer = case.call(headers=self._headers)
        self.statuses[operation.label, answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS, headers=self._headers)
        self._harvest(operation, answer)

    def _make_real(self, case: Case, data: st.DataObject) -> None:
        case.path_parameters = self._real(case.path_parameters, data)
        case.query = self._real(case.query, data)
        if isinstance(case.body, dict | list):
            case.body = self._real(case.body, data)

    def _real(self, value: Any, data: st.DataObject) -> Any:
        if isinstance(value, list):
            return [self._real(one, data) for one in value]
        if not isinstance(value, dict):
            return value
        return {name: self._real_or_drawn(name, one, data) for name, one in value.items()}

    def _real_or_drawn(self, name: str, value: Any, data: st.DataObject) -> Any:
        if name not in self.known:
            return self._real(value, data)
        # Not sampled_from: what is drawn must not depend on how much is known by now.
        known, chosen = self.known[name], data.draw(st.integers(0, _MANY))
        return known[chosen % len(known)] if known and chosen % _OFTEN else self._real(value, data)

    def _harvest(self, operation: APIOperation, answer: Response) -> None:
        """The ids in an answer are those that its address takes."""
        name = self._lists.get(operation.path.split("/")[3])
        if name is None or not 200 <= answer.status_code < 300 or not answer.content.startswith(b"{"):
            return
        body = answer.json()
        rows = body.get("items", [body]) if isinstance(body, dict) else []
        self.learn(name, *(row["id"] for row in rows if isinstance(row, dict) and "id" in row))


def _cases(operation: APIOperation) -> st.SearchStrategy[Case]:
    """Mostly what the description allows."""
    allowed = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    return allowed | allowed | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
