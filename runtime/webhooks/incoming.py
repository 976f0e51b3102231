"""Incoming webhooks: a signed POST of another system becomes a message, once, however often it is sent."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.api import Budget, CompiledExpression, FeelError, Value, from_plain
from runtime.errors import Conflict, Invalid, NotFound, Unauthenticated
from runtime.messages.service import MessageAnswer, Messages
from runtime.packages.manifest import Hook
from runtime.store.texts import LONGEST_INDEXED
from runtime.store.work import Work
from runtime.webhooks.secrets import Secrets

WINDOW = timedelta(minutes=5)
_STANDARD_PREFIX = "whsec_"

Headers = Mapping[str, str]
"""By name in small letters."""


class Hooks:
    """The incoming webhooks of an installation, by name. Raises Conflict (PKG-1044) where two packages have the same."""

    def __init__(self, hooks: Iterable[Hook], secrets: Secrets, messages: Messages) -> None:
        self._hooks: dict[str, Hook] = {}
        self._secrets = secrets
        self._messages = messages
        for hook in hooks:
            known = self._hooks.get(hook.name)
            if known is not None:
                detail = f"The webhook {hook.name!r} is declared by {known.package!r} and by {hook.package!r}. Rename one."
                raise Conflict("PKG-1044", detail)
            self._hooks[hook.name] = hook

    def find(self, name: str) -> Hook:
        """The webhook of that name. Raises NotFound."""
        if name not in self._hooks:
            raise NotFound("HOOK-2001", "There is no such webhook.")
        return self._hooks[name]

    def verify(self, hook: Hook, headers: Headers, body: bytes, now: datetime) -> str | None:
        """Check who sent it, and when; the id of the delivery where the scheme has one.

        Raises Unauthenticated (HOOK-2004), which does not say what is wrong to whoever may be guessing.
        """
        if hook.scheme == "standard":
            return self._verify_standard(hook, headers, body, now)
        stamp = headers.get(hook.timestamp_header.lower(), "") if hook.timestamp_header else ""
        if hook.timestamp_header:
            _check_time(stamp, now)
        said = headers.get(hook.header.lower(), "")
        signed = stamp.encode() + b"." + body if hook.timestamp_header else body
        given = _decoded(said.removeprefix(hook.prefix)) if said.startswith(hook.prefix) else []
        keys = [secret.encode() for secret in self._secrets.of(hook.secret)]
        if not _any_fits(keys, signed, given):
            raise _stranger()
        return None

    def _verify_standard(self, hook: Hook, headers: Headers, body: bytes, now: datetime) -> str:
        event_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        _check_time(stamp, now)
        pairs = [one.partition(",") for one in headers.get("webhook-signature", "").split(" ")[:10]]
        given = [decoded for version, _, text in pairs if version == "v1" for decoded in _base64(text)]
        keys = [_standard_key(secret) for secret in self._secrets.of(hook.secret)]
        if not event_id or not _any_fits(keys, f"{event_id}.{stamp}.".encode() + body, given):
            raise _stranger()
        return event_id

    def receive(self, work: Work, hook: Hook, event_id: str | None, headers: Headers, body: Any) -> MessageAnswer:
        """Publish the message of a verified delivery; a repeat gets the first answer and does nothing.

        Raises Invalid (HOOK-2005) where the mapping finds no id, key or variables in the body, Conflict (MSG-1002) when the id
        came with another body before.
        """
        scope: dict[str, Value] = {"body": from_plain(body), "headers": _names(headers)}
        now = work.now
        delivery = event_id if event_id is not None else _text(hook, "id", hook.id, scope, now)
        key = "" if hook.key is None else _text(hook, "key", hook.key, scope, now)
        variables = scope["body"] if hook.variables is None else _evaluated(hook, "variables", hook.variables, scope, now)
        if not isinstance(variables, dict):
            raise _unfit(hook, "variables", "it gives no context")
        return self._messages.publish(work, hook.message, key, variables, delivery_id=_delivery_id(hook, delivery))


def _check_time(stamp: str, now: datetime) -> None:
    try:
        sent = datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        raise _stranger() from None
    if abs(now - sent) > WINDOW:
        raise _stranger()


def _any_fits(keys: Iterable[bytes], signed: bytes, given: Iterable[bytes]) -> bool:
    """All are compared, each in constant time, so that time tells nothing."""
    expected = [hmac.new(key, signed, hashlib.sha256).digest() for key in keys]
    return any([hmac.compare_digest(one, other) for one in expected for other in given])


def _standard_key(secret: str) -> bytes:
    if not secret.startswith(_STANDARD_PREFIX):
        return secret.encode()
    return base64.b64decode(secret.removeprefix(_STANDARD_PREFIX) + "==")


def _decoded(text: str) -> list[bytes]:
    """What the text may mean: hex, or base64."""
    try:
        return [bytes.fromhex(text)]
    except ValueError:
        return _base64(text)


def _base64(text: str) -> list[bytes]:
    try:
        return [base64.b64decode(text, validate=True)]
    except (binascii.Error, ValueError):
        return []


def _names(headers: Headers) -> dict[str, Value]:
    """Headers as FEEL names: x_request_id for X-Request-Id."""
    return {name.replace("-", "_"): value for name, value in headers.items()}


def _evaluated(hook: Hook, field: str, expression: CompiledExpression, scope: Mapping[str, Value], now: datetime) -> Value:
    try:
        return expression.evaluate(scope, now=now, budget=Budget()).value
    except FeelError as error:
        raise _unfit(hook, field, str(error)) from error


def _text(hook: Hook, field: str, expression: CompiledExpression | None, scope: Mapping[str, Value], now: datetime) -> str:
    value = None if expression is None else _evaluated(hook, field, expression, scope, now)
    if value is None or isinstance(value, bool | list | dict) or not str(value):
        raise _unfit(hook, field, "it gives neither a text nor a number")
    return str(value)


def _delivery_id(hook: Hook, event_id: str) -> str:
    made = f"hook:{hook.name}:{event_id}"
    return made if len(made) <= LONGEST_INDEXED else f"hook:{hook.name}:{hashlib.sha256(event_id.encode()).hexdigest()}"


def _unfit(hook: Hook, field: str, why: str) -> Invalid:
    detail = f"The {field} of the webhook {hook.name!r} cannot be made from what was sent: {why}."
    return Invalid("HOOK-2005", detail, fields={field: [why]})


def _stranger() -> Unauthenticated:
    return Unauthenticated("HOOK-2004", "The signature does not fit, or was made too long ago.")
