"""Names, types and mistakes of expressions that are looked at without values."""

from __future__ import annotations

import pytest

from engine.feel import Analysis, analyse, parse, parse_tests
from engine.feel import syntax as s
from engine.feel.grammar_types import type_of
from engine.feel.names import Names
from engine.feel.parser import Parser
from engine.feel.printer import type_text


def typed(text: str) -> s.TypeNode:
    return type_of(Parser(text, Names(())))


GRADES = s.UnaryTests((s.String("hot"), s.String("warm")))
TYPES = {"grade": s.ConstrainedType(typed("string"), lambda value, run: value in ("hot", "warm"), GRADES)}
SCOPE = {
    "amount": typed("number"),
    "name": typed("string"),
    "due": typed("date"),
    "open": typed("boolean"),
    "lead grade": s.NamedType("grade"),
    "lines": typed("list<context<price: number, sku: string>>"),
    "extra": typed("Any"),
    "discount": s.FunctionType((typed("number"),), typed("number"), ("price",)),
}


def looked_at(text: str, *, closed: bool = True) -> Analysis:
    return analyse(parse(text, SCOPE), SCOPE, TYPES, closed=closed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amount * 2", "number"),
        ("name + name", "string"),
        ('due + duration("P1D")', "date"),
        ("due - due", "days and time duration"),
        ("lines.price", "list<number>"),
        ("lines[1]", "context<price: number, sku: string>"),
        ("lines[price > 3].sku", "list<string>"),
        ("sum(lines.price)", "number"),
        ("for line in lines return line.price * 2", "list<number>"),
        ("for n in 1..3 return due", "list<date>"),
        ("if open then 1 else null", "number"),
        ('if open then 1 else "a"', "Any"),
        ("{a: 1, b: a + 1}", "context<a: number, b: number>"),
        ("some line in lines satisfies line.price > 3", "boolean"),
        ("sort(lines, function(x, y) x.price < y.price)[1].sku", "string"),
        ("concatenate([], lines)[1].price", "number"),
        ("get or else(amount, 0)", "number"),
        ("partition(lines.price, 2)", "list<list<number>>"),
        ("flatten([[[1]], [[2]]])", "list<number>"),
        ("discount(5)", "number"),
        ("[1..amount]", "range<number>"),
        ("[1..amount].start included", "boolean"),
        ("due.year", "number"),
        ("extra.x.y", "Any"),
        ("extra[1]", "Any"),
        ("extra[x = 1]", "list<Any>"),
        ("function(x: number) x > 1", "function<number> -> boolean"),
        ("max(due, due)", "date"),
        ("count(min)", "number"),
    ],
)
def test_the_type_follows_from_the_declared_types(text: str, expected: str) -> None:
    found = looked_at(text)
    assert (type_text(found.type), found.findings) == (expected, ())


@pytest.mark.parametrize(
    ("text", "code", "column", "says"),
    [
        ("amuont > 3", "FEEL-3001", 1, "Did you mean 'amount'?"),
        ("lines[pirce > 3]", "FEEL-3001", 7, "Did you mean 'price'?"),
        ("lines.pirce", "FEEL-3002", 6, "Did you mean 'price'?"),
        ("due.yaer", "FEEL-3002", 4, "Did you mean 'year'?"),
        ("amount + name", "FEEL-3003", 8, "+ does not work on number and string"),
        ("-name", "FEEL-3003", 1, "not string"),
        ("amount instance of nubmer", "FEEL-3003", 8, "Did you mean 'number'?"),
        ("for x in null return x", "FEEL-3003", 10, "goes over null"),
        ("amount > name", "FEEL-3004", 8, "number > string has no answer"),
        ("open < true", "FEEL-3004", 6, "boolean < boolean"),
        ("amount < null", "FEEL-3004", 8, "number < null"),
        ("amount between 1 and due", "FEEL-3004", 8, "number <= date"),
        ('amount in ("a", amount)', "FEEL-3004", 12, "cannot find number in string"),
        ("discont(5)", "FEEL-3005", 1, "Did you mean 'discount'?"),
        ("amount(1)", "FEEL-3005", 1, "A number cannot be called"),
        ("upper case(amount)", "FEEL-3006", 1, "“string” must be string, but is number"),
        ("substring(name)", "FEEL-3006", 1, "does not take 1 argument"),
        ("substring(string: name, start positon: 1)", "FEEL-3006", 1, "Did you mean 'start position'?"),
        ("discount(1, 2)", "FEEL-3006", 1, "takes 1 argument, not 2"),
        ("discount(prise: 1)", "FEEL-3006", 1, "Did you mean 'price'?"),
        ("amount / 0", "FEEL-3007", 8, "Division by zero"),
        ('@"2026-02-30"', "FEEL-3009", 1, "is no date"),
        ('date("2026-02-30")', "FEEL-3009", 1, "is no date"),
        ('matches(name, "[a-")', "FEEL-3009", 15, "cannot be read"),
        ('lead grade = "hott"', "FEEL-3009", 14, "none of the allowed values: hot, warm. Did you mean 'hot'?"),
        ('lead grade in ("warm", "cold")', "FEEL-3009", 24, "“cold” is none of the allowed values"),
        ("{a: 1, a: 2}", "FEEL-3009", 1, "“a” twice"),
        ("if amount then 1 else 2", "FEEL-3010", 4, "is number; “else” is taken"),
        ("amount and open", "FEEL-3010", 1, "not number"),
        ("lines[name]", "FEEL-3010", 7, "a condition or a position, not string"),
        ("some n in [1] satisfies n", "FEEL-3010", 25, "is number, not true or false"),
        ("[5..1]", "FEEL-3011", 1, "not from a higher to a lower value"),
        ("[1..due]", "FEEL-3011", 1, "not from number to date"),
        ("for n in 1..name return n", "FEEL-3011", 10, "from number to string"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_likely_meaning(text: str, code: str, column: int, says: str) -> None:
    (finding,) = looked_at(text).findings
    assert (finding.code, finding.line, finding.column) == (code, 1, column)
    assert says in finding.message


def test_a_mistake_is_not_told_again_by_what_is_made_of_it() -> None:
    assert len(looked_at("(amount + name) * 2 > 3 and open").findings) == 1


def test_positions_count_the_lines_of_the_text() -> None:
    (finding,) = looked_at("{\n  a: 1,\n  b: aa\n}").findings
    assert (finding.line, finding.column, finding.length) == (3, 6, 2)


def test_names_are_exact_where_the_types_of_items_are_declared() -> None:
    found = looked_at("lines[price > amount].sku")
    assert (found.names, found.possible_names) == ({"lines", "amount"}, {"price"})


def test_an_item_of_unknown_entries_may_have_the_name() -> None:
    found = looked_at("extra[price > amount]")
    assert (found.names, found.possible_names, found.findings) == ({"extra"}, {"price", "amount"}, ())


def test_names_bound_in_the_expression_and_functions_are_no_variables() -> None:
    assert looked_at("for amount in [1] return max(amount, 2)").names == set()


def test_when_there_may_be_other_variables_an_unknown_name_is_none_of_our_business() -> None:
    found = looked_at("order.total > amount and check(order)", closed=False)
    assert (found.findings, found.names) == ((), {"order", "amount", "check"})


@pytest.mark.parametrize(
    ("cell", "kind", "says"),
    [
        ('"a"', "number", "The input is number, so it is never string."),
        ('< "a"', "number", "number < string has no answer"),
        ("[1..5]", "string", "The input is string, so it is never range."),
        ("true", "string", "The input is string, so it is never boolean."),
        ("1, 2", "string", "The input is string, so it is never number."),
        ('"hott"', "grade", "none of the allowed values"),
    ],
)
def test_a_cell_that_no_input_of_the_type_can_match_is_told(cell: str, kind: str, says: str) -> None:
    findings = analyse(parse_tests(cell), {"?": typed(kind)}, TYPES).findings
    assert says in findings[0].message


@pytest.mark.parametrize(
    "cell", ["-", "null", "not(null)", "> 3", "? > 3", "? = null or ? < 2", "[1..5], 7", "limit > 3", "limit"]
)
def test_a_cell_that_may_match_is_not(cell: str) -> None:
    assert analyse(parse_tests(cell), {"?": typed("number"), "limit": typed("number")}).findings == ()


def test_a_type_that_refers_to_itself_ends() -> None:
    types: dict[str, s.TypeNode] = {
        "tree": s.ContextType((("parts", s.ListType(s.NamedType("tree"))), ("size", typed("number"))))
    }
    found = analyse(parse("root.parts.parts.size"), {"root": s.NamedType("tree")}, types)
    assert type_text(found.type) == "list<list<number>>"
    assert analyse(parse("x.y"), {"x": s.NamedType("loop")}, {"loop": s.NamedType("loop")}).findings == ()
