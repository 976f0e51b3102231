"""Elements where a token has nothing to wait for.

None start, end and throw events, manual and plain tasks (BPMN 2.0 §10.3.3, §10.5).
"""

from __future__ import annotations

from engine.kernel.behaviour import Behaviour

BEHAVIOUR = Behaviour(straight=True)
