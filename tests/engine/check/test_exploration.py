"""Trying one order of the tokens finds what trying every order finds."""

from __future__ import annotations

from random import Random

import pytest

from engine.check.exploration import explore
from engine.check.net import Net, Node, net_of
from engine.model.process import ProcessDefinition
from tests.support.process_builder import ProcessBuilder

KINDS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "task")


def random_process(random: Random) -> ProcessDefinition:
    """Gateways and tasks connected at random, mostly forwards; what has no way on ends."""
    builder = ProcessBuilder().start()
    names = [f"n{n}" for n in range(random.randint(3, 9))]
    kinds = {name: random.choice(KINDS) for name in names}
    builder.add(kinds[names[0]], names[0])
    for name in names[1:]:
        builder.apart().add(kinds[name], name)
    for place, name in enumerate(names):
        ahead = random.sample(names[place + 1 :], min(len(names) - place - 1, random.choice((0, 1, 1, 2, 2, 3))))
        back = [random.choice(names[: place + 1])] if random.random() < 0.15 else []
        for number, target in enumerate([*ahead, *back]):
            builder.move_to(name)
            if kinds[name] in ("exclusiveGateway", "inclusiveGateway"):
                builder.when("=a") if number else builder.otherwise()
            builder.connect(target)
    return builder.build()


def every_order(net: Net) -> tuple[set[int], bool, bool]:
    """The markings that are stuck, whether tokens can meet, and whether some way ends: all elements that can go on, do."""
    seen, waiting, stuck, meets, ends = set(net.starts), list(net.starts), set[int](), False, False
    while waiting and len(seen) < 5_000:
        marking = waiting.pop()
        able = {taken: node for node, taken in enabled(net, marking)}
        if not able:
            stuck |= {marking} - {0}
            ends = ends or not marking
        for taken, node in able.items():
            for option in node.options:
                rest = marking & ~taken
                if rest & option.places:
                    meets = True
                elif (following := rest | option.places) not in seen:
                    seen.add(following)
                    waiting.append(following)
    assert not waiting, "too many markings to try"
    return stuck, meets, ends


def enabled(net: Net, marking: int) -> list[tuple[Node, int]]:
    """Every element that can go on, with the places from which it takes tokens."""
    places = [1 << n for n in range(len(net.nodes)) if marking >> n & 1]
    found = [(net.nodes[place.bit_length() - 1], net.takes(marking, place)) for place in places]
    return [(node, taken) for node, taken in found if taken]


@pytest.mark.parametrize("number", range(400))
def test_one_order_finds_the_same_as_every_order(number: int) -> None:
    net = net_of(random_process(Random(number)), "p")
    assert net is not None
    found, (stuck, meets, ends) = explore(net), every_order(net)
    assert found.whole
    assert bool(found.meetings) is meets
    if not meets:
        assert (set(found.stuck), found.ends) == (stuck, ends)
