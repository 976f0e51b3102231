"""Pipelines from `pipelines/*.yaml`: the shape of the file, and its stages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from engine.api import CompiledExpression, FeelSyntaxError, compile_expression
from runtime.declarations import UNKNOWN_NAME, Declaration, Finding, Label, Named, near, one_of
from runtime.records.model import CATEGORIES, CheckItem, Pipeline, Stage
from runtime.records.type_files import FIELD_NAME, PIPELINE_NAME, Exact


class Gate(fields.Field[CompiledExpression]):
    """FEEL over a record's fields; the ``=`` in front may stand or not."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> CompiledExpression:
        if not isinstance(value, str):
            raise ValidationError("A gate is FEEL, such as =amount > 0.")
        try:
            return compile_expression(value.removeprefix("="))
        except FeelSyntaxError as error:
            raise ValidationError([Finding(error.message, error.code)]) from error


class _CheckItemSchema(Declaration):
    key = fields.String(required=True, validate=validate.Regexp(rf"\A{FIELD_NAME}\Z"))
    label = Label(required=True)
    closing = fields.Boolean(truthy={True}, falsy={False})

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> CheckItem:
        return CheckItem(**data)


class _StageSchema(Declaration):
    label = Label(required=True)
    category = fields.String(validate=one_of(CATEGORIES, "The category"))
    probability = Exact(validate=validate.Range(0, 100))
    max_days = Exact(validate=validate.Range(0))
    next = fields.List(fields.String())
    required = fields.List(fields.String())
    checklist = fields.List(fields.Nested(_CheckItemSchema))
    gate = Gate()
    requires_reason = fields.Boolean(truthy={True}, falsy={False})


class PipelineSchema(Declaration):
    """The keys of a pipeline file; loading answers a `Pipeline` without owner."""

    pipeline = fields.String(required=True, validate=validate.Regexp(rf"\A{PIPELINE_NAME}\Z"))
    type = fields.String(required=True)
    label = Label(required=True)
    default = fields.Boolean(truthy={True}, falsy={False}, load_default=False)
    stages = Named(_StageSchema(), required=True, pattern=FIELD_NAME)

    @validates_schema
    def _fits_together(self, data: Mapping[str, Any], **_: Any) -> None:
        stages = data["stages"]
        if not stages:
            raise ValidationError({"stages": ["A pipeline needs at least one stage."]})
        errors: dict[str, dict[str, Any]] = {
            key: {"next": wrong} for key, stage in stages.items() if (wrong := _unknown_stages(stage, stages))
        }
        for key, stage in stages.items():
            items = [item.key for item in stage.get("checklist", ())]
            if len(set(items)) < len(items):
                errors[key] = {**errors.get(key, {}), "checklist": ["Two items have the same key."]}
        if errors:
            raise ValidationError({"stages": errors})

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Pipeline:
        stages = {key: _stage(key, values) for key, values in data["stages"].items()}
        return Pipeline(name=data["pipeline"], type=data["type"], label=data["label"], stages=stages, default=data["default"])


def _unknown_stages(stage: Mapping[str, Any], stages: Mapping[str, Any]) -> dict[int, Any]:
    return {
        index: [Finding(f"There is no stage {name!r}.", UNKNOWN_NAME, near(name, stages))]
        for index, name in enumerate(stage.get("next", ()))
        if name not in stages
    }


def _stage(key: str, values: Mapping[str, Any]) -> Stage:
    lists = {name: tuple(values[name]) for name in ("next", "required", "checklist") if name in values}
    return Stage(key=key, **{**values, **lists})
