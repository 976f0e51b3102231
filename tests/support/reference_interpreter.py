"""What a structured process must do, told by walking its structure: no tokens, no graph, no queue, no events.

It shares nothing with the kernel: parallel branches are simply done one after the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.support.structured_process import (
    COUNTERS,
    INPUTS,
    And,
    Block,
    Breaking,
    Call,
    Condition,
    Job,
    Loop,
    Many,
    Or,
    Pick,
    Repeat,
    Script,
    Seq,
    Split,
    Sub,
    User,
    Xor,
    written,
)


class Scope:
    """Variables inside variables: the nearest scope that has a name holds it."""

    def __init__(self, variables: Mapping[str, Any], outer: Scope | None = None) -> None:
        self.variables = dict(variables)
        self.outer = outer

    def read(self, name: str) -> Any:
        """The value, or None."""
        if name in self.variables:
            return self.variables[name]
        return self.outer.read(name) if self.outer else None

    def write(self, name: str, value: Any) -> None:
        """Write where the name is, else at the outermost."""
        if name in self.variables or self.outer is None:
            self.variables[name] = value
        else:
            self.outer.write(name, value)


class Interpretation:
    """The trace (how often each element was completed) and the variables at the end."""

    def __init__(self, block: Block, variables: Mapping[str, Any]) -> None:
        self.trace: Counter[str] = Counter()
        scope = Scope(variables)
        self._process(block, scope, "")
        self.variables = scope.variables

    def _process(self, block: Block, scope: Scope, name: str) -> None:
        self.trace[f"start{name}"] += 1
        self._run(block, scope, name)
        self.trace[f"end{name}"] += 1

    def _run(self, block: Block, scope: Scope, name: str) -> None:
        match block:
            case Script(counter=counter, amount=amount, per_turn=per_turn):
                g = COUNTERS[counter]
                scope.write(g, scope.read(g) + (scope.read("loopCounter") if per_turn else amount))
                self.trace[f"t{name}"] += 1
            case User(value=value, reminders=reminders, interrupted=interrupted):
                self._remind(reminders, scope, name)
                self._work(value, scope, name, interrupted=interrupted is not None)
            case Job(value=value, error=error):
                self._work(value, scope, name, interrupted=error)
            case Pick(chosen=chosen):
                self.trace[f"e{name}_{chosen}"] += 1
                scope.write(f"v{name}", chosen)
            case Seq(blocks=blocks) | And(branches=blocks):
                for n, inside in enumerate(blocks):
                    self._run(inside, scope, f"{name}_{n}")
            case Xor(branches=branches, default=default):
                chosen = next((n for n, (condition, _) in enumerate(branches) if _holds(condition, scope)), len(branches))
                self._run([*(b for _, b in branches), default][chosen], scope, f"{name}_{chosen}")
            case Or(branches=branches, default=default):
                holding = [n for n, (condition, _) in enumerate(branches) if _holds(condition, scope)]
                for n in holding or [len(branches)]:
                    self._run([*(b for _, b in branches), default][n], scope, f"{name}_{n}")
                self.trace[f"t{name}"] += 1
            case Loop(body=body, turns=turns):
                for _ in range(turns):
                    self._run(body, scope, f"{name}_0")
                scope.write(f"i{name}", turns)
            case _:
                self._enclosed(block, scope, name)
                self.trace[f"t{name}"] += not (isinstance(block, Breaking) and not block.terminates and not block.inside)
                if isinstance(block, Breaking):
                    self.trace[f"b{name}"] += not block.terminates
                    self.trace[f"x{name}"] += not block.terminates and block.inside
                    self._run(block.handler, scope, f"{name}_1")

    def _enclosed(self, block: Block, scope: Scope, name: str) -> None:
        match block:
            case Sub(body=body) | Breaking(body=body):
                self._run(body, Scope({}, scope), f"{name}_0")
            case Split(branches=branches, default=default):
                holding = [n for n, (condition, _) in enumerate(branches) if _holds(condition, scope)]
                for n in holding or [len(branches)]:
                    self._run([*(b for _, b in branches), default][n], Scope({}, scope), f"{name}_{n}")
            case Many():
                self._turns(block, scope, name)
            case Repeat(body=body, turns=turns, before=before):
                most = turns if before else max(turns, 1)
                for turn in range(1, most + 1):
                    self._run(body, Scope({"loopCounter": turn}, scope), f"{name}_0")
                self.trace[f"t{name}"] += most
            case Call(body=body):
                inner = Scope({g: 0 for g in COUNTERS} | {v: scope.read(v) for v in INPUTS})
                self._process(body, inner, f"{name}_0")
                self.trace[f"q{name}"] += 1
                scope.write(f"r{name}", [inner.read(g) for g in COUNTERS])

    def _turns(self, block: Many, scope: Scope, name: str) -> None:
        local = written(block.body, f"{name}_0")
        outputs: list[Any] = [None] * block.items
        for turn in range(1, block.items + 1):
            inner = Scope({"loopCounter": turn} | dict.fromkeys(local), scope)
            self._run(block.body, inner, f"{name}_0")
            outputs[turn - 1] = [turn, *(inner.read(v) for v in local)] if local else [turn, 0]
            self.trace[f"t{name}"] += 1
            if block.enough is not None and turn >= block.enough:
                break
        scope.write(f"o{name}", outputs)

    def _remind(self, reminders: int, scope: Scope, name: str) -> None:
        for _ in range(reminders):
            self.trace[f"n{name}"] += 1
            self.trace[f"reminded{name}"] += 1
            scope.write("g0", scope.read("g0") + 1)

    def _work(self, value: int, scope: Scope, name: str, *, interrupted: bool) -> None:
        self.trace[f"b{name}" if interrupted else f"t{name}"] += 1
        if not interrupted:
            scope.write(f"v{name}", value)


def _holds(condition: Condition, scope: Scope) -> bool:
    return bool(scope.read(condition.variable) > condition.limit)
