"""What is said of expressions before any value is there: unknown names, types that never fit, cells that never hold."""

from __future__ import annotations

import pytest

from engine.dmn import DmnFile, check_expressions, read_dmn, read_dmn_files
from engine.problems import Problem, Severity
from tests.engine.dmn.making import NAMESPACE

AMOUNT = '<inputData id="i" name="Amount"><variable name="Amount" typeRef="number"/></inputData>'
REGION = (
    '<itemDefinition name="Region"><typeRef>string</typeRef><allowedValues><text>"EU", "UK"</text></allowedValues>'
    '</itemDefinition><inputData id="i" name="Region"><variable name="Region" typeRef="Region"/></inputData>'
)
NEEDS = '<informationRequirement><requiredInput href="#i"/></informationRequirement>'


def read(body: str, resource: str = "f.dmn") -> DmnFile:
    file = read_dmn(document(body), resource)
    assert file.ok, [str(p) for p in file.problems]
    return file


def document(body: str, namespace: str = "n") -> bytes:
    return f'<definitions xmlns="{NAMESPACE}" id="d" name="d" namespace="{namespace}">\n{body}</definitions>'.encode()


def told(body: str) -> list[Problem]:
    return list(check_expressions(read(body)).problems)


def text(feel: str) -> str:
    return f"<literalExpression><text>{feel}</text></literalExpression>"


def entry(name: str, feel: str, kind: str = "Any") -> str:
    return f'<contextEntry><variable name="{name}" typeRef="{kind}"/>{text(feel)}</contextEntry>'


def knowledge(body: str, name: str = "k") -> str:
    logic = f"<encapsulatedLogic>{body}</encapsulatedLogic>"
    return f'<businessKnowledgeModel id="k" name="{name}">{logic}</businessKnowledgeModel>'


def decision(expression: str, more: str = AMOUNT, variable: str = "") -> str:
    return f'{more}<decision id="a" name="A">{variable}{NEEDS}{expression}</decision>'


def test_an_unknown_name_is_told_with_the_nearest_one_and_its_place() -> None:
    (problem,) = told(decision(text("1 + Amont")))
    assert (problem.code, problem.severity, problem.resource) == ("FEEL-3001", Severity.WARNING, "f.dmn")
    assert (problem.element, problem.line, problem.column) == ("a", 2, 5)
    assert problem.message == "There is no variable “Amont”. Did you mean 'Amount'? (in “1 + Amont”)"
    assert problem.fix.startswith("Correct the name")


def test_a_decision_without_drawn_inputs_reads_what_the_caller_has() -> None:
    assert not told(f'{AMOUNT}<decision id="a" name="A">{text("Amont + 1")}</decision>')


def test_a_decision_that_is_used_and_not_drawn_is_told_as_that() -> None:
    other = f'<decision id="b" name="B">{text("1")}</decision>'
    (problem,) = told(decision(text("B + Amount"), AMOUNT + other))
    assert problem.message.startswith("The decision “B” is used, but not required.")
    assert problem.fix.startswith("Draw the requirement")


@pytest.mark.parametrize(
    ("feel", "code", "message"),
    [
        ('Amount + "x"', "FEEL-3003", "+ does not work on number and string."),
        ('Amount &gt; "x"', "FEEL-3004", "number > string has no answer."),
        ('date("2026-13-01")', "FEEL-3009", "“2026-13-01” is no date like 2026-03-01."),
        ("[10..5]", "FEEL-3011", "A range goes from a lower to a higher value"),
    ],
)
def test_an_expression_that_is_null_whatever_comes_is_told(feel: str, code: str, message: str) -> None:
    (problem,) = told(decision(text(feel)))
    assert problem.code == code
    assert problem.message.startswith(message)


@pytest.mark.parametrize("feel", ["Amount + 1", "if Amount &gt; 1 then null else 2", "sum([Amount, 2])", "string(Amount)"])
def test_what_can_be_is_not_told(feel: str) -> None:
    assert not told(decision(text(feel)))


def test_a_result_that_is_never_of_the_declared_type_is_told() -> None:
    (problem,) = told(decision(text("Amount + 1"), variable='<variable name="A" typeRef="string"/>'))
    assert problem.message == "The result of “A” is number, but is declared as string."
    assert not told(decision(text("Amount + 1"), variable='<variable name="A" typeRef="number"/>'))


@pytest.mark.parametrize(
    ("box", "field", "message"),
    [
        (f"<conditional><if>{text('Amount')}</if><then>{text('1')}</then><else>{text('2')}</else></conditional>", "if",
         "The condition is number, never true or false"),
        (f"<filter><in>{text('[1, 2]')}</in><match>{text('item + 1')}</match></filter>", "match",
         "The condition is number, never true or false"),
        (f"<filter><in>{text('[1, 2]')}</in><match>{text('item &gt; &quot;a&quot;')}</match></filter>", "match",
         "number > string has no answer."),
        (f'<for iteratorVariable="n"><in>{text("[1, 2]")}</in><return>{text("n + m")}</return></for>', "return",
         "There is no variable “m”."),
        (f'<context>{entry("t", "Amount", "string")}</context>', "entry t",
         "The entry is number, but is declared as string."),
        (f'<context>{entry("t", "1")}<contextEntry>{text("u")}</contextEntry></context>',
         "result", "There is no variable “u”."),
        (f"<list>{text('Amount')}{text('u')}</list>", "expression", "There is no variable “u”."),
        (f'<relation><column name="c"/><row>{text("u")}</row></relation>', "expression", "There is no variable “u”."),
    ],
)  # fmt: skip
def test_every_kind_of_box_is_looked_into(box: str, field: str, message: str) -> None:
    (problem,) = told(decision(box))
    assert problem.field == field
    assert problem.message.startswith(message)


def test_a_knowledge_model_knows_its_parameters_and_itself() -> None:
    def model(feel: str) -> str:
        return knowledge(f'<formalParameter name="x" typeRef="number"/>{text(feel)}')

    assert not told(model("if x &gt; 9 then k(x - 1) else x"))
    (problem,) = told(model("x + y"))
    assert (problem.element, problem.message) == ("k", "There is no variable “y”. (in “x + y”)")


def test_what_a_knowledge_model_gives_has_a_type() -> None:
    needs = '<knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>'
    (problem,) = told(decision(needs + text('k() + "a"'), AMOUNT + knowledge(text("1"))))
    assert problem.message.startswith("+ does not work on number and string.")


def table(*cells: str, output: str = "1", kind: str = "") -> str:
    rules = "".join(
        f"\n<rule><inputEntry><text>{c}</text></inputEntry><outputEntry><text>{output}</text></outputEntry></rule>"
        for c in cells
    )
    column = "<input><inputExpression><text>Region</text></inputExpression></input>"
    return f'<decisionTable hitPolicy="FIRST">{column}<output{kind}/>{rules}</decisionTable>'


def test_a_cell_that_no_allowed_value_meets_is_told_with_rule_and_line() -> None:
    (problem,) = told(decision(table('"EU"', '"US"'), REGION))
    assert (problem.code, problem.field, problem.line) == ("FEEL-3009", "input 1 of rule 2", 4)
    assert problem.message == '“US” is none of the allowed values: EU, UK. (in “"US"”)'


def test_the_same_mistake_in_many_cells_is_told_once_with_its_places() -> None:
    (problem,) = told(decision(table(*["5"] * 9), REGION))
    assert problem.message.endswith(
        "The same stands in input 1 of rule 2, input 1 of rule 3, input 1 of rule 4, input 1 of rule 5, input 1 of rule 6 "
        "and 3 more."
    )


def test_an_output_that_is_never_of_its_declared_type_is_told() -> None:
    (problem,) = told(decision(table('"EU"', output='"a"', kind=' typeRef="number"'), REGION))
    assert (problem.field, problem.message) == ("output 1 of rule 1", "The output is string, but is declared as number.")


def test_many_findings_are_counted() -> None:
    problems = told(decision(table(*(f"{n}" for n in range(130))), REGION))
    assert len(problems) == 100
    assert problems[-1].message.endswith("There are 30 more findings in this file.")


def test_the_table_of_a_knowledge_model_is_found_with_its_types() -> None:
    body = f'<formalParameter name="Region" typeRef="Region"/>{table("-")}'
    checked = check_expressions(read(REGION + knowledge(body, "Kind")))
    assert [(t.element, t.name, len(t.columns)) for t in checked.tables] == [("k", "Kind", 1)]


def test_names_and_types_of_imports_are_known() -> None:
    base = document(f'<decision id="a" name="A"><variable name="A" typeRef="number"/>{text("1")}</decision>', "base")
    kind = "https://www.omg.org/spec/DMN/20230324/MODEL/"
    needs = '<informationRequirement><requiredDecision href="base#a"/></informationRequirement>'
    user = document(
        f'<import name="base" namespace="base" importType="{kind}"/>'
        f'<decision id="u" name="U">{needs}{text("base.A + base.B")}</decision>',
        "user",
    )
    files = read_dmn_files({"user.dmn": user, "base.dmn": base})
    assert files["user.dmn"].ok, files["user.dmn"].problems
    (problem,) = check_expressions(files["user.dmn"]).problems
    assert "“B”" in problem.message or "base.B" in problem.message


def test_decisions_in_a_circle_end() -> None:
    def needing(name: str, other: str) -> str:
        needs = f'<informationRequirement><requiredDecision href="#{other}"/></informationRequirement>'
        return f'<decision id="{name}" name="{name}">{needs}{text(other)}</decision>'

    assert check_expressions(read_dmn(document(needing("p", "q") + needing("q", "p")), "f.dmn")).problems == ()
