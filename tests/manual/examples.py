"""The examples of the manual, one for each section: diagrams that the deploy check takes and any modeller opens."""

from __future__ import annotations

from typing import Final

from tests.manual.drawings import happenings, scopes, work
from tests.support.sketch.rows import Sketch

EXAMPLES: Final[tuple[list[Sketch], ...]] = (
    *([sketch] for sketch in (*work.tasks(), *work.gateways(), *work.ends())),
    *([sketch] for sketch in (*happenings.messages(), *happenings.failures(), *happenings.others())),
    *scopes.sub_processes(),
    *([sketch] for sketch in scopes.markers()),
)
"""The processes of each example; its file is called after the first."""
