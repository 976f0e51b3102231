"""Files that are deployed together import each other by namespace (DMN 1.5 §6.3.2)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from engine.dmn import DmnCode, DmnFile, evaluate_decision, read_dmn_files
from tests.engine.dmn.making import NAMESPACE

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def model(namespace: str, feel: str, *imports: str) -> bytes:
    """A decision `d` that requires `d` of each import."""
    imported = "".join(f'<import name="{name}" namespace="{name}" importType="{NAMESPACE}"/>' for name in imports)
    needs = "".join(f'<informationRequirement><requiredDecision href="{name}#d"/></informationRequirement>' for name in imports)
    return (
        f'<definitions xmlns="{NAMESPACE}" id="f" name="{namespace}" namespace="{namespace}">{imported}'
        f'<decision id="d" name="d">{needs}<literalExpression><text>{feel}</text></literalExpression></decision></definitions>'
    ).encode()


def codes(file: DmnFile) -> list[str]:
    return [str(problem.code) for problem in file.problems]


def test_the_order_of_the_files_does_not_matter() -> None:
    files = {"a": model("a", "b.d + c.d", "b", "c"), "b": model("b", "c.d * 2", "c"), "c": model("c", "5")}
    for names in ("abc", "cba", "bac"):
        read = read_dmn_files({name: files[name] for name in names})
        assert set(read) == set("abc")
        assert evaluate_decision(read["a"], "d", {}, now=NOW).value == Decimal(15)


def test_an_import_that_is_not_there_is_told() -> None:
    read = read_dmn_files({"a": model("a", "b.d", "b"), "c": model("c", "1")})
    assert DmnCode.UNKNOWN_IMPORT in codes(read["a"])
    assert read["c"].ok


def test_files_in_a_circle_are_all_read_and_the_circle_is_told() -> None:
    read = read_dmn_files({"a": model("a", "b.d", "b"), "b": model("b", "a.d", "a"), "c": model("c", "a.d", "a")})
    assert set(read) == {"a", "b", "c"}
    assert DmnCode.CIRCULAR_IMPORT in [*codes(read["a"]), *codes(read["b"])]


def test_a_file_that_imports_itself_ends() -> None:
    assert DmnCode.CIRCULAR_IMPORT in codes(read_dmn_files({"a": model("a", "a.d", "a")})["a"])


def test_two_files_with_one_namespace_are_told_to_who_imports_it() -> None:
    read = read_dmn_files({"a": model("a", "b.d", "b"), "b": model("b", "1"), "b2": model("b", "2")})
    assert DmnCode.AMBIGUOUS_IMPORT in codes(read["a"])
    assert read["b"].ok
    assert read["b2"].ok


def test_a_file_that_cannot_be_read_is_its_own_problem() -> None:
    read = read_dmn_files({"a": b"<definitions", "b": model("b", "1"), "e": b""})
    assert [read[name].ok for name in ("a", "b", "e")] == [False, True, False]


def test_a_long_chain_is_read_in_one_go() -> None:
    files = {f"m{n}": model(f"m{n}", f"m{n + 1}.d + 1", f"m{n + 1}") for n in range(60)}
    read = read_dmn_files({**files, "m60": model("m60", "0")})
    assert all(file.ok for file in read.values())
