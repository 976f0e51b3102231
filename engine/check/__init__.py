"""What will fail later, said at deployment: diagrams, decisions and forms checked together."""

from __future__ import annotations

from engine.check.codes import CODES, Code
from engine.check.forms import FormFile, read_form_file
from engine.check.resources import Checked, Known, check_resources

__all__ = ["CODES", "Checked", "Code", "FormFile", "Known", "check_resources", "read_form_file"]
