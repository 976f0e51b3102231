"""Forms: form-js JSON, shown as HTML without any script and checked on the server by the same rules (docs/forms.md)."""

from __future__ import annotations

from runtime.forms.model import Form
from runtime.forms.nodes import Node, flat
from runtime.forms.read import check_form, read_form, usable
from runtime.forms.source import HtmlSource
from runtime.forms.submit import Answer, blank_page, page_so_far, submit_page, submit_values

__all__ = [
    "Answer",
    "Form",
    "HtmlSource",
    "Node",
    "blank_page",
    "check_form",
    "flat",
    "page_so_far",
    "read_form",
    "submit_page",
    "submit_values",
    "usable",
]
