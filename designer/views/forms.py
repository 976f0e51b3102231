"""Reading what the canvas and the upload form send."""

from __future__ import annotations

from flask import request

from designer.drafts import Contents
from runtime.errors import Invalid
from runtime.http.instances.outline import read_outline
from runtime.i18n import _

NAME_LENGTH = 200


def sent_diagram() -> bytes:
    """The file in the field ``xml``. Raises Invalid when there is none."""
    file = request.files.get("xml")
    content = file.read() if file else b""
    if not content.strip():
        raise Invalid("DESIGN-1002", _("Choose a BPMN file; nothing was sent."), fields={"xml": [_("Choose a file.")]})
    return content


def contents(xml: bytes, resource: str, base: str | None) -> Contents:
    """What is kept of a diagram as a draft. Raises Invalid for a file that holds no process, because it cannot be opened."""
    items = read_outline(xml)
    if not items:
        detail = _("This file holds no BPMN process, or is not well-formed XML.")
        raise Invalid("DESIGN-1003", detail, fields={"xml": [detail]})
    first = next((item for item in items if item.runs), items[0])
    return Contents(xml=xml, process_id=first.id, name=first.name[:NAME_LENGTH], resource=resource, base=base)
