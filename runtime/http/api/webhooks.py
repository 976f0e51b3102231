"""Outgoing webhooks: which systems are told what happens, and what of it arrived."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from runtime.http.api.operations import ApiBlueprint
from runtime.http.api.values import PageQuery, page_json, page_schema
from runtime.http.current import platform, reading, writing
from runtime.store.types import Row
from runtime.webhooks.events import TYPES

blueprint = ApiBlueprint(
    "webhooks",
    __name__,
    url_prefix="/webhooks",
    description="Other systems are told what happens.",
)

_PERMISSION = "webhook.manage"
_ONCE = {"description": "Null in a repeated answer", "example": "whsec_…"}
_ENDPOINT = (
    *("id", "url", "description", "events", "status", "disabled_because", "failing_since", "old_secret_until", "created_at"),
    "created_by",
)
_DELIVERY = (
    *("id", "endpoint_id", "event_id", "type", "body", "status", "attempts", "last_status", "last_error", "created_at"),
    "changed_at",
)


class NewEndpointSchema(Schema):
    """Who is told what."""

    url = fields.String(
        required=True, validate=validate.Length(1, 2000), metadata={"example": "https://example.com/hooks/ringi"}
    )
    events = fields.List(
        fields.String(),
        required=True,
        validate=validate.Length(1, 100),
        metadata={
            "description": f"Types of events: {', '.join(TYPES)}, `*` for all, or one type of record like `record.lead.*`",
            "example": ["instance.completed", "incident.raised"],
        },
    )
    description = fields.String(load_default="", validate=validate.Length(max=500))


class EndpointSchema(NewEndpointSchema):
    """An endpoint."""

    id = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": ["active", "disabled"]})
    disabled_because = fields.String(allow_none=True)
    failing_since = fields.DateTime(allow_none=True, metadata={"description": "Nothing arrives since then"})
    old_secret_until = fields.DateTime(
        allow_none=True, metadata={"description": "Until then messages are signed with the secret before, too"}
    )
    created_at = fields.DateTime(required=True)
    created_by = fields.String(required=True)


class SecretSchema(Schema):
    """A secret, which is told only now."""

    secret = fields.String(
        required=True, allow_none=True, metadata={"description": "Null in a repeated answer", "example": "whsec_…"}
    )


class MadeEndpointSchema(EndpointSchema):
    """The new endpoint with its secret, which is told only now."""

    secret = fields.String(
        required=True, allow_none=True, metadata={"description": "Null in a repeated answer", "example": "whsec_…"}
    )


class EndpointsSchema(Schema):
    """All endpoints."""

    items = fields.List(fields.Nested(EndpointSchema), required=True)


class DeliverySchema(Schema):
    """One message to one endpoint."""

    id = fields.String(required=True)
    endpoint_id = fields.String(required=True)
    event_id = fields.String(required=True, metadata={"description": "Sent as `webhook-id`; the same at every attempt"})
    type = fields.String(required=True)
    body = fields.String(required=True)
    status = fields.String(required=True, metadata={"enum": ["waiting", "delivered", "dead"]})
    attempts = fields.Integer(required=True)
    last_status = fields.Integer(allow_none=True, metadata={"description": "Of the last answer"})
    last_error = fields.String(allow_none=True)
    created_at = fields.DateTime(required=True)
    changed_at = fields.DateTime(required=True)


class DeliveryQuery(PageQuery):
    """Which deliveries."""

    endpoint = fields.String(load_default=None)
    status = fields.String(load_default=None, validate=validate.OneOf(("waiting", "delivered", "dead")))


@blueprint.operation("GET", "/endpoints", permission=_PERMISSION, answer=EndpointsSchema)
def list_endpoints() -> dict[str, Any]:
    """List the endpoints, the oldest first."""
    with reading() as work:
        return {"items": [_picked(row, _ENDPOINT) for row in platform().webhooks.endpoints(work)]}


@blueprint.operation(
    "POST",
    "/endpoints",
    permission=_PERMISSION,
    body=NewEndpointSchema,
    answer=MadeEndpointSchema,
    status=201,
    untold=("secret",),
)
def add_endpoint(body: dict[str, Any]) -> dict[str, Any]:
    """Register an endpoint.

    The answer has its secret, which is not told again. Addresses that are not on the public internet are refused, unless
    the operator allows them.
    """
    with writing() as work:
        row, secret = platform().webhooks.add(work, body["url"], body["events"], body["description"])
        return {**_picked(row, _ENDPOINT), "secret": secret}


@blueprint.operation("GET", "/endpoints/<endpoint_id>", permission=_PERMISSION, answer=EndpointSchema, refusals=(404,))
def get_endpoint(endpoint_id: str) -> dict[str, Any]:
    """Look at an endpoint."""
    with reading() as work:
        return _picked(platform().webhooks.endpoint(work, endpoint_id), _ENDPOINT)


@blueprint.operation("DELETE", "/endpoints/<endpoint_id>", permission=_PERMISSION, status=204, refusals=(404,))
def remove_endpoint(endpoint_id: str) -> None:
    """Forget an endpoint with its deliveries."""
    with writing() as work:
        platform().webhooks.remove(work, endpoint_id)


@blueprint.operation(
    "POST",
    "/endpoints/<endpoint_id>/secret",
    permission=_PERMISSION,
    answer=SecretSchema,
    status=201,
    refusals=(404,),
    untold=("secret",),
)
def rotate_secret(endpoint_id: str) -> dict[str, Any]:
    """Give an endpoint a new secret.

    For a day messages are signed with the old one, too.
    """
    with writing() as work:
        return {"secret": platform().webhooks.rotate(work, endpoint_id)}


@blueprint.operation("POST", "/endpoints/<endpoint_id>/enable", permission=_PERMISSION, status=204, refusals=(404,))
def enable_endpoint(endpoint_id: str) -> None:
    """Tell an endpoint again what happens.

    What is dead can be replayed then.
    """
    with writing() as work:
        platform().webhooks.enable(work, endpoint_id)


@blueprint.operation("POST", "/endpoints/<endpoint_id>/disable", permission=_PERMISSION, status=204, refusals=(404,))
def disable_endpoint(endpoint_id: str) -> None:
    """Tell an endpoint nothing more."""
    with writing() as work:
        platform().webhooks.disable(work, endpoint_id, f"{work.actor.name} disabled it.")


@blueprint.operation("GET", "/deliveries", permission=_PERMISSION, query=DeliveryQuery, answer=page_schema(DeliverySchema))
def list_deliveries(query: dict[str, Any]) -> dict[str, Any]:
    """List what was or is to be sent, the latest first.

    Those that are `dead` were given up.
    """
    with reading() as work:
        return page_json(platform().webhooks.deliveries(work, **query), lambda row: _picked(row, _DELIVERY))


@blueprint.operation("POST", "/deliveries/<delivery_id>/replay", permission=_PERMISSION, status=204, refusals=(404, 409))
def replay(delivery_id: str) -> None:
    """Send a delivery again.

    It has the same `webhook-id`, so who has it already knows.
    """
    with writing() as work:
        platform().webhooks.replay(work, delivery_id)


def _picked(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names}
