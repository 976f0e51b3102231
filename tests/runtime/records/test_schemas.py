"""The schemas that the REST API shows and uses."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import ValidationError

from runtime.records.registry import RecordTypes
from runtime.records.validation import Schemas


@pytest.fixture(scope="module")
def schemas(types: RecordTypes) -> Schemas:
    return Schemas(types, "JP")


@pytest.fixture(scope="module")
def described(schemas: Schemas) -> dict[str, Any]:
    spec = APISpec("test", "1", "3.1.0", plugins=[MarshmallowPlugin()])
    spec.components.schema("Firm", schema=schemas.of("firm"))
    spec.components.schema("DealChange", schema=schemas.of("deal", partial=True))
    return dict(spec.to_dict()["components"]["schemas"])


def test_the_description_tells_types_choices_and_what_is_required(described) -> None:
    firm = described["Firm"]
    assert firm["required"] == ["name"]
    assert firm["additionalProperties"] is False
    properties = firm["properties"]
    assert properties["size"]["enum"] == ["small", "large", None]
    assert properties["employees"] == {"type": ["string", "number", "null"], "format": "decimal", "title": "Employees"}
    assert properties["tags"]["items"] == {"type": "string", "enum": ["a", "b", "c"]}
    assert properties["seen_at"]["format"] == "date-time"
    assert properties["id"] == {"type": "string", "readOnly": True}
    assert "readOnly" not in properties["owner"]


def test_a_change_requires_nothing_and_does_not_touch_owner_and_stage(described) -> None:
    change = described["DealChange"]
    assert "required" not in change
    assert all(change["properties"][name]["readOnly"] for name in ("owner", "stage", "pipeline", "stage_category"))
    assert "lines" not in change["properties"]


def test_a_record_goes_out_as_json_without_losing_a_digit(office) -> None:
    exact = Decimal("12345678901234567890.1234567891")
    with office.work() as work:
        deal = office.records.create(work, "deal", {"name": "x", "amount": exact})
    shown = json.loads(json.dumps(office.records.schema("deal").dump(deal)))
    assert shown["amount"] == "12345678901234567890.1234567891"
    assert (shown["version"], shown["stage_category"], shown["firm"]) == (1, "open", None)
    assert shown["created_at"].endswith("+00:00")
    assert set(shown) == set(deal)


def test_a_schema_is_made_once(schemas: Schemas) -> None:
    assert schemas.of("firm") is schemas.of("firm")
    assert schemas.of("firm") is not schemas.of("firm", partial=True)


def test_it_loads_json_as_feel_values_and_refuses_what_it_does_not_know(schemas: Schemas) -> None:
    assert schemas.of("firm", partial=True).load({"employees": 5, "active": "yes"}) == {"employees": Decimal(5), "active": True}
    with pytest.raises(ValidationError) as refused:
        schemas.of("firm").load({"name": "x", "nmae": "y", "version": 1})
    assert set(refused.value.messages_dict) == {"nmae", "version"}
