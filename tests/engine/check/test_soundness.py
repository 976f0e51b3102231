"""Joins that can wait for ever and paths that meet without a join are told in words; workflow patterns bring no alarm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.check import Code
from engine.check.paths import reached_elements
from engine.check.soundness import check_soundness
from engine.model.process import ProcessDefinition
from engine.problems import Problem, Severity
from tests.support.process_builder import ProcessBuilder, each, error, link, message, timer
from tests.support.structured_drawing import Diagram
from tests.support.structured_process import And, Block, Condition, Loop, Seq, Twice, User, Xor
from tests.support.structured_random import DEPTH, random_block
from tests.support.structured_walk import named

WAITS, NOT_JOINED = Code.JOIN_MAY_WAIT_FOREVER, Code.PATHS_NOT_JOINED


def problems(process: ProcessDefinition) -> list[Problem]:
    return list(check_soundness(process, reached_elements(process)))


def told(process: ProcessDefinition) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.element) for problem in problems(process)]


def start() -> ProcessBuilder:
    return ProcessBuilder().start()


def fork(builder: ProcessBuilder, name: str, *branches: str) -> ProcessBuilder:
    """A parallel gateway with a user task on each branch."""
    builder.parallel(name)
    for branch in branches:
        builder.move_to(name).user_task(branch)
    return builder


def join(builder: ProcessBuilder, kind: str, name: str, *branches: str) -> ProcessBuilder:
    """The branches come together and a user task `after` follows."""
    builder.apart().add(f"{kind}Gateway", name)
    for branch in branches:
        builder.move_to(branch).connect(name)
    return after(builder.move_to(name))


def after(builder: ProcessBuilder) -> ProcessBuilder:
    return builder.user_task("after").end()


def choose(builder: ProcessBuilder, kind: str, name: str, *branches: str) -> ProcessBuilder:
    """A choice with a user task on each branch, the last by default."""
    builder.add(f"{kind}Gateway", name)
    for branch in branches:
        builder.move_to(name)
        (builder.otherwise() if branch == branches[-1] else builder.when(f'=way = "{branch}"')).user_task(branch)
    return builder


def discriminator(builder: ProcessBuilder) -> ProcessBuilder:
    builder.apart().complex("d", "=activationCount >= 1")
    return builder.move_to("a").connect("d").move_to("b").connect("d").move_to("d").user_task("after").end()


def milestone(builder: ProcessBuilder) -> ProcessBuilder:
    builder.event_based("state").catch("open", message("ask", "=1")).end("asked")
    return builder.move_to("state").catch("closed", timer("duration", "P1D")).end("late")


def cancel_region(builder: ProcessBuilder) -> ProcessBuilder:
    builder.sub_process("region").start("s")
    fork(builder, "f", "a", "b")
    join(builder, "parallel", "j", "a", "b").done().end("done")
    return builder.boundary("stop", "region", message("stop", "=1")).user_task("clean up").end("stopped")


def arbitrary_cycle(builder: ProcessBuilder) -> ProcessBuilder:
    builder.exclusive("x1").user_task("a").exclusive("x2").user_task("b").exclusive("x3").when("=back").connect("x1")
    builder.when("=again").connect("x2").otherwise().end()
    return builder


def general_synchronizing_merge(builder: ProcessBuilder) -> ProcessBuilder:
    builder.exclusive("again")
    choose(builder, "inclusive", "f", "a", "b").inclusive("j").move_to("a").connect("j")
    return builder.move_to("j").exclusive("x").when("=more").connect("again").otherwise().end("done")


def structured_loop(builder: ProcessBuilder) -> ProcessBuilder:
    return builder.exclusive("m").user_task("a").exclusive("x").when("=again").connect("m").otherwise().end()


def linked(builder: ProcessBuilder) -> ProcessBuilder:
    builder.exclusive("x").when("=a").throw("out", link("there")).move_to("x").otherwise().user_task("b").exclusive("m").end()
    return builder.apart().catch("in", link("there")).connect("m")


def explicit_termination(builder: ProcessBuilder) -> ProcessBuilder:
    return fork(builder, "f", "a", "b").terminate().move_to("a").end()


def one_task(**fields: Any) -> Callable[[ProcessBuilder], ProcessBuilder]:
    return lambda builder: builder.user_task("a", **fields).end()


PATTERNS: dict[str, Callable[[ProcessBuilder], ProcessBuilder]] = {
    "1 sequence": lambda b: b.user_task("a").user_task("b").end(),
    "2 and 3 parallel split, synchronization": lambda b: join(fork(b, "f", "a", "b"), "parallel", "j", "a", "b"),
    "4 and 5 exclusive choice, simple merge": lambda b: join(choose(b, "exclusive", "f", "a", "b"), "exclusive", "j", "a", "b"),
    "6 and 7 multi-choice, structured synchronizing merge": lambda b: join(
        choose(b, "inclusive", "f", "a", "b"), "inclusive", "j", "a", "b"
    ),
    "9 structured discriminator": lambda b: discriminator(fork(b, "f", "a", "b")),
    "10 arbitrary cycles": arbitrary_cycle,
    "11 implicit termination": lambda b: fork(b, "f", "a", "b").end().move_to("a").end("e2"),
    "13 multiple instances": one_task(loop=each(times="3")),
    "16 deferred choice, 18 milestone": milestone,
    "19 cancel activity": lambda b: one_task()(b).boundary("c", "a", message("stop", "=1")).end("stopped"),
    "21 structured loop": structured_loop,
    "22 recursion": lambda b: b.exclusive("x").when("=deeper").call("c", "p").end().move_to("x").otherwise().end("e2"),
    "25 cancel region": cancel_region,
    "28 blocking discriminator": lambda b: discriminator(fork(b, "f", "a", "b")),
    "37 acyclic synchronizing merge": lambda b: join(choose(b, "inclusive", "f", "a", "b"), "inclusive", "j", "a", "b"),
    "38 general synchronizing merge": general_synchronizing_merge,
    "43 explicit termination": explicit_termination,
    "links": linked,
    "reminders beside the work": lambda b: (
        one_task()(b).boundary("t", "a", timer("cycle", "R/PT1H"), interrupting=False).user_task("remind").end("reminded")
    ),
    "an error ends the other branches": lambda b: join(
        fork(b, "f", "a", "b").boundary("no", "a", error("no")).end("ended", error("no")), "parallel", "j", "a", "b"
    ),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_workflow_pattern_brings_no_finding(name: str) -> None:
    assert told(PATTERNS[name](start()).build()) == []


def test_a_multi_merge_after_a_parallel_split_is_told_to_run_twice() -> None:
    """Pattern 8 does what it says, and is mostly meant otherwise."""
    process = join(fork(start(), "f", "a", "b"), "exclusive", "j", "a", "b").build()
    (problem,) = problems(process)
    assert (problem.code, problem.element, problem.severity) == (NOT_JOINED, "j", Severity.WARNING)
    assert "The paths that “f” begins at once come to “j” without a join" in problem.message


def test_paths_that_meet_in_an_activity_are_told_and_those_that_meet_in_an_end_are_not() -> None:
    assert told(fork(start(), "f", "a", "b").user_task("c").end().move_to("a").connect("c").build()) == [(NOT_JOINED, "c")]
    assert told(fork(start(), "f", "a", "b").end("e").move_to("a").connect("e").build()) == []
    merged = fork(start(), "f", "a", "b").exclusive("m").end("e").move_to("a").connect("m")
    assert told(merged.build()) == []


def test_a_choice_that_is_joined_as_if_it_were_a_split_fails_in_every_run() -> None:
    (problem,) = problems(join(choose(start(), "exclusive", "f", "a", "b"), "parallel", "j", "a", "b").build())
    assert (problem.code, problem.element, problem.severity) == (WAITS, "j", Severity.WARNING)
    assert "waits for ever: when “f” goes on to “" in problem.message


def test_an_inclusive_choice_may_leave_a_parallel_join_waiting() -> None:
    process = join(choose(start(), "inclusive", "f", "a", "b"), "parallel", "j", "a", "b").build()
    assert told(process) == [(WAITS, "j")]


def test_a_join_that_waits_for_what_comes_after_it_is_told() -> None:
    process = start().parallel("j").user_task("a").exclusive("x").when("=again").connect("j").otherwise().end().build()
    assert told(process) == [(WAITS, "j")]


def test_a_join_of_two_start_events_waits_for_a_token_that_another_instance_has() -> None:
    builder = start().user_task("a").parallel("j").end()
    builder.start("other", message("m")).user_task("b").connect("j")
    assert told(builder.build()) == [(WAITS, "j")]


def test_a_join_behind_an_event_that_need_not_happen_may_wait() -> None:
    builder = start().user_task("a").parallel("j").end()
    builder.boundary("t", "a", timer("duration", "PT1H"), interrupting=False).connect("j")
    (problem,) = problems(builder.build())
    assert (problem.code, problem.element, problem.severity) == (WAITS, "j", Severity.WARNING)


def test_a_fork_inside_a_loop_that_is_not_joined_multiplies_its_tokens() -> None:
    builder = start().exclusive("m").parallel("f").user_task("a").connect("m").move_to("f").user_task("b").end()
    assert told(builder.build()) == [(NOT_JOINED, "f")]


def test_only_the_first_of_several_joins_that_get_stuck_is_told() -> None:
    builder = choose(start(), "exclusive", "f", "a", "b").parallel("j1").end().move_to("a").connect("j1")
    outer = ProcessBuilder().start().parallel("split").user_task("u").parallel("j2").end("done").move_to("split")
    inner = choose(outer, "exclusive", "f", "a", "b").parallel("j1").connect("j2").move_to("a").connect("j1")
    assert told(builder.build()) == [(WAITS, "j1")]
    assert told(inner.build()) == [(WAITS, "j1")]


def test_joins_inside_a_sub_process_are_looked_at_too() -> None:
    builder = start().sub_process("sub").start("s")
    join(choose(builder, "exclusive", "f", "a", "b"), "parallel", "j", "a", "b").done().end("done")
    (problem,) = problems(builder.build())
    assert (problem.element, problem.severity) == ("j", Severity.WARNING)


def chain_of_blocks(blocks: int, branches: int) -> ProcessDefinition:
    builder = start()
    for n in range(blocks):
        fork(builder, f"f{n}", *(f"t{n}_{m}" for m in range(branches)))
        builder.parallel(f"j{n}")
        for m in range(branches - 1):
            builder.move_to(f"t{n}_{m}").connect(f"j{n}")
        builder.move_to(f"j{n}")
    return builder.end().build()


@pytest.mark.parametrize(("blocks", "branches"), [(16, 16), (1, 1_000), (400, 2)])
def test_many_parallel_branches_are_looked_at_without_trying_every_order(blocks: int, branches: int) -> None:
    assert told(chain_of_blocks(blocks, branches)) == []


def test_what_is_too_entangled_to_try_out_is_compared_with_the_choices_before_it() -> None:
    builder = start().parallel("f")
    joins = [f"j{n}" for n in range(20)]
    for n, name in enumerate(joins):
        builder.move_to("f").exclusive(f"x{n}").when("=a").user_task(f"a{n}").parallel(name).end(f"e{n}")
        builder.move_to(f"x{n}").otherwise().user_task(f"b{n}").connect(name)
    assert sorted(element or "" for _, element in told(builder.build())) == sorted(joins)


# -- properties --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(120))
def test_structured_processes_bring_no_finding_but_where_paths_run_twice_on_purpose(number: int) -> None:
    diagram = Diagram(random_block(Random(number), DEPTH))
    twice = {name for name, block in diagram.blocks.items() if isinstance(block, Twice)}
    found = [finding for process in diagram.processes for finding in told(process)]
    assert {code for code, _ in found} <= {NOT_JOINED}
    assert len(found) <= len(twice)


def swapped(process: ProcessDefinition, element: str, kind: str) -> ProcessDefinition:
    changed = {**process.elements, element: replace(process.elements[element], type=kind)}
    return replace(process, elements=changed)


def places(block: Block, kind: type[Block], prefix: str) -> list[str]:
    """The gateways that the blocks of a kind begin or end with, in a diagram of the block and some work behind it."""
    return [f"{prefix}{name}" for name, inside in named(Seq((block, WORK)), "") if isinstance(inside, kind)]


WORK = User()
PLAIN: st.SearchStrategy[Block] = st.recursive(
    st.just(WORK),
    lambda inside: st.one_of(
        st.lists(inside, min_size=2, max_size=3).map(tuple).map(Seq),
        st.lists(inside, min_size=2, max_size=3).map(tuple).map(And),
        st.builds(Loop, inside, st.just(2)),
        st.builds(lambda a, b: Xor(((Condition("a", 1), a),), b), inside, inside),
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(PLAIN, st.randoms(use_true_random=False))
def test_a_merge_that_became_a_join_is_found(block: Block, random: Random) -> None:
    merges = [*places(block, Xor, "gw_join"), *places(block, Loop, "gw_again")]
    if merges:
        merge = random.choice(merges)
        assert (WAITS, merge) in told(swapped(Diagram(Seq((block, WORK))).processes[0], merge, "parallelGateway"))


@settings(max_examples=60, deadline=None)
@given(PLAIN, st.randoms(use_true_random=False))
def test_a_join_that_became_a_merge_is_found(block: Block, random: Random) -> None:
    joins = places(block, And, "gw_join")
    if joins:
        found = told(swapped(Diagram(Seq((block, WORK))).processes[0], random.choice(joins), "exclusiveGateway"))
        assert NOT_JOINED in {code for code, _ in found}
