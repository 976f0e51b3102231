"""Hypothesis strategies of structured processes."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from tests.support.structured_process import (
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
)

CONDITIONS = st.builds(Condition, st.sampled_from(["a", "loopCounter"]), st.integers(0, 3))
LEAVES = st.one_of(
    st.builds(Script, st.integers(0, 1), st.integers(1, 9), st.booleans()),
    st.builds(User, st.integers(0, 99), st.sampled_from([0, 0, 0, 1, 2]), st.sampled_from([None, None, "timer", "message"])),
    st.builds(Job, st.integers(0, 99), st.integers(0, 2), st.booleans(), st.booleans()),
    st.integers(2, 3).flatmap(lambda n: st.builds(Pick, st.just(n), st.integers(0, n - 1))),
)


def composites(inside: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    """Blocks made of blocks."""
    some = st.lists(inside, min_size=2, max_size=3).map(tuple)
    chosen = st.lists(st.tuples(CONDITIONS, inside), min_size=1, max_size=2).map(tuple)
    return st.one_of(
        st.builds(Seq, some),
        st.builds(And, some),
        st.builds(Xor, chosen, inside),
        st.builds(Or, chosen, inside),
        st.builds(Split, chosen, inside),
        st.builds(Loop, inside, st.integers(1, 3)),
        st.builds(Repeat, inside, st.integers(0, 3), st.booleans()),
        st.builds(Sub, inside),
        st.builds(Many, inside, st.integers(0, 3), st.just(False)),
        st.builds(Many, inside, st.integers(0, 3), st.just(True), st.none() | st.integers(1, 2)),
        st.builds(Call, inside),
        st.builds(Breaking, inside, st.booleans(), inside, st.booleans()),
    )


BLOCKS: st.SearchStrategy[Block] = st.recursive(LEAVES, composites, max_leaves=25)


def random_block(random: Random, depth: int) -> Block:
    """A block of the same kinds from a plain random generator, for a corpus that never changes."""
    if depth == 0 or random.random() < 0.25:
        return _random_leaf(random)

    def inside() -> Block:
        return random_block(random, depth - 1)

    some = tuple(inside() for _ in range(random.randint(2, 3)))
    chosen = tuple((Condition(random.choice(["a", "a", "loopCounter"]), random.randint(0, 2)), inside()) for _ in range(2))
    return random.choice(
        (
            Seq(some),
            And(some),
            Xor(chosen, inside()),
            Or(chosen, inside()),
            Split(chosen, inside()),
            Loop(inside(), random.randint(1, 3)),
            Repeat(inside(), random.randint(0, 3), random.random() < 0.5),
            Sub(inside()),
            Many(inside(), random.randint(0, 3), sequential=False),
            Many(inside(), 3, sequential=True, enough=random.choice([None, 2])),
            Call(inside()),
            Breaking(inside(), random.random() < 0.5, inside(), random.random() < 0.5),
        )
    )


def _random_leaf(random: Random) -> Block:
    pick = random.randint(2, 3)
    return random.choice(
        (
            Script(random.randint(0, 1), random.randint(1, 9), random.random() < 0.5),
            User(random.randint(0, 99), random.choice([0, 1, 2]), random.choice([None, "timer", "message"])),
            Job(random.randint(0, 99), random.randint(0, 2), random.random() < 0.5, random.random() < 0.5),
            Pick(pick, random.randrange(pick)),
        )
    )
