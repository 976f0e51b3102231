"""What draws the patterns and the pictures of the manual: files that any modeller opens, signs as the standard has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.drawing import Drawing
from tests.support.picture.drawn import svg
from tests.support.sketch.file import bpmn_file
from tests.support.sketch.nodes import (
    Node,
    boundary,
    call,
    each,
    end,
    event_based,
    event_sub_process,
    exclusive,
    message,
    parallel,
    plain,
    repeat,
    signal,
    start,
    sub_process,
    task,
    timer,
    user,
)
from tests.support.sketch.rows import Back, Sketch, otherwise, undone_by, when


def drawing(tmp_path: Path, sketch: Sketch) -> Drawing:
    file = tmp_path / "drawn.bpmn"
    file.write_bytes(bpmn_file(sketch))
    return Drawing(file)


def picture(*nodes: Node) -> str:
    return svg(bpmn_file(Sketch("p", "P").row(*nodes)), "A picture")


def test_elements_stand_from_left_to_right_and_lines_are_straight(tmp_path: Path) -> None:
    sketch = Sketch("p", "P").row(start(), exclusive("g", "Big?"), when("=x > 1"), user("a", "A"), exclusive("m"), end())
    sketch.row(boundary("a", "late", "Late", timer("PT1H"), interrupting=False), user("r", "Remind"), end("reminded"))
    sketch.row("g", otherwise("no"), user("b", "B"), end("done")).row("m", when("=again"), Back("g"))
    drawn = drawing(tmp_path, sketch)
    assert list(drawn.complaints()) == []
    assert drawn.shapes["start"].x < drawn.shapes["g"].x < drawn.shapes["a"].x < drawn.shapes["m"].x


def test_a_sub_process_holds_what_is_in_it(tmp_path: Path) -> None:
    inner = Sketch().row(start("is"), user("x", "X"), end("ie"))
    deeper = Sketch().row(start("os"), sub_process("in", "Inside", inner), end("oe"))
    drawn = drawing(tmp_path, Sketch("p", "P").row(start(), sub_process("out", "Outside", deeper), end()))
    assert drawn.shapes["out"].holds(drawn.shapes["in"])
    assert drawn.shapes["in"].holds(drawn.shapes["x"])


def test_two_flows_between_the_same_elements_have_ids_of_their_own(tmp_path: Path) -> None:
    drawn = drawing(tmp_path, Sketch("p", "P").row(start(), parallel("g"), user("a"), end()).row("g", "a"))
    assert len(drawn.flows()) == 4


@pytest.mark.parametrize(
    ("node", "sign"),
    [
        (end("e", "", plain("terminate")), '<circle r="9.6" fill="#1f2d3d"'),
        (start("s", "", message("m")), 'd="M-8.5 -5.8'),
        (start("s", "", signal("m"), isInterrupting="false"), 'stroke-dasharray="5 3.5"'),
        (call("c", "C", "other"), 'stroke-width="4"'),
        (event_sub_process("c", "C", Sketch().row(start("s"))), 'stroke-dasharray="1.5 4"'),
        (sub_process("c", "C", Sketch().row(start("s")), tag="transaction"), 'rx="7"'),
        (event_based("g"), 'r="10.8"'),
        (user("u", "U", inside=each("=a")), "M-4.5 -6.5 V6.5"),
        (user("u", "U", inside=each("=a", sequential=True)), "M-6.5 -4.5 H6.5"),
        (user("u", "U", inside=repeat("=a")), "A6.2 6.2"),
        (task("task", "t", "T", isForCompensation="true"), "M-0.6 -6.6"),
        (sub_process("c", "C", Sketch().row(user("s")), tag="adHocSubProcess"), "M-8 3.6"),
    ],
)
def test_each_sign_of_the_standard_is_drawn(node: Node, sign: str) -> None:
    assert sign in picture(node)
    assert sign not in picture(task("task", "t", "T"))


def test_an_event_with_several_triggers_has_the_sign_for_that() -> None:
    assert "L8.6 -2.8" in picture(start("s", "", message("m"), signal("n")))
    assert "M-2.6 -9" in picture(start("s", "", message("m"), signal("n"), parallelMultiple="true"))


def test_what_undoes_is_associated_not_reached_by_a_flow() -> None:
    sketch = Sketch("p", "P").row(start(), user("a", "A"), end())
    sketch.row(boundary("a", "u", "", plain("compensate")), undone_by(), task("task", "b", "B", isForCompensation="true"))
    xml = bpmn_file(sketch).decode()
    assert '<bpmn:association associationDirection="One"' in xml
    assert 'sourceRef="u"' in xml
    assert '<bpmn:sequenceFlow id="u_to_b"' not in xml


def test_a_screen_reader_is_told_what_the_picture_shows() -> None:
    assert "<title>A picture</title>" in picture(start())
