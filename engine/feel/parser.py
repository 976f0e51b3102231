"""The FEEL parser: precedence climbing over the tokens (DMN 1.5 §10.3.1.2), with messages that say what was expected."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from engine.feel import syntax as s
from engine.feel.errors import Code, FeelSyntaxError, near
from engine.feel.lexer import END, NAME, NUMBER, OPERATOR, STRING, Token, tokens_of
from engine.feel.names import Names, name_of
from engine.feel.values import DECIMAL

MAX_NESTING = 60
"""Brackets, ifs and loops inside each other."""
MAX_CHAIN = 200
"""Operators one after the other on the same level."""

OR, AND, COMPARE, ADD, MULTIPLY, POWER, NEGATE, TYPE, POSTFIX = range(1, 10)
"""What binds tighter is larger (the order of §10.3.1.2 rules 2–4)."""

COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
RESERVED = frozenset({"then", "else", "return", "satisfies", "and", "or", "in", "between"})
_SIGNS = frozenset({".", "/", "-", "'", "+", "*", "**"})
_OPENING = frozenset({"(", "[", "{", "-", "@", "]"})
_WORDS = (
    "if",
    "then",
    "else",
    "for",
    "in",
    "return",
    "some",
    "every",
    "satisfies",
    "and",
    "or",
    "between",
    "instance of",
    "true",
    "false",
)


class Parser:
    """One text being read. `index` is the token that comes next."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.tokens = tokens_of(text)
        self.index = 0
        self.names = names
        self._nesting = 0
        self._range_end = False

    @property
    def next(self) -> Token:
        """The token that comes next; END at the end, for ever."""
        return self.tokens[self.index]

    def take(self) -> Token:
        """Consume one token."""
        token = self.tokens[self.index]
        if token.kind != END:
            self.index += 1
        return token

    def sees(self, *values: str) -> bool:
        """Whether these keywords or operators come next."""
        ahead = self.tokens[self.index : self.index + len(values)]
        return len(ahead) == len(values) and all(
            t.value == v and t.kind in (NAME, OPERATOR) and not t.quoted for t, v in zip(ahead, values, strict=True)
        )

    def takes(self, *values: str) -> bool:
        """Consume these keywords or operators if they come next."""
        if not self.sees(*values):
            return False
        self.index += len(values)
        return True

    def expect(self, value: str, what: str = "") -> Token:
        """Consume the keyword or operator, or raise FeelSyntaxError."""
        if not self.sees(value):
            raise self.expected(what or f"“{value}”")
        return self.take()

    def expected(self, what: str) -> FeelSyntaxError:
        """The error that `what` was expected where the next token stands."""
        token = self.next
        if token.kind == END:
            return FeelSyntaxError(Code.UNEXPECTED, f"Expected {what}, but the expression ends here.", *token.at)
        hint = near(token.value, _WORDS) if token.kind == NAME and token.value not in _WORDS else ""
        if token.kind == NAME and self.index and self.tokens[self.index - 1].kind == NAME and not hint:
            name = f"{self.tokens[self.index - 1].value} {token.value}"
            hint = near(name, self.names.known()) or f" If “{name}” is one name, put it in backticks: `{name}`."
        found = "a string" if token.kind == STRING else f"“{self.text[token.start : token.end]}”"
        return FeelSyntaxError(Code.UNEXPECTED, f"Expected {what}, but found {found}.{hint}", *token.at)

    def expression(self, power: int = 0) -> s.Node:
        """An expression whose operators bind tighter than `power`."""
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise FeelSyntaxError(
                Code.TOO_DEEP,
                f"The expression is nested more than {MAX_NESTING} deep; name parts of it in a context.",
                *self.next.at,
            )
        node = self.infix(self._prefix(), power)
        self._nesting -= 1
        return node

    def inside(self, power: int = 0) -> s.Node:
        """An expression inside brackets, where `[` always opens."""
        before, self._range_end = self._range_end, False
        node = self.expression(power)
        self._range_end = before
        return node

    def range_end(self) -> s.Node:
        """The end of a range, where `[` may close it."""
        before, self._range_end = self._range_end, True
        node = self.expression()
        self._range_end = before
        return node

    def infix(self, left: s.Node, power: int) -> s.Node:
        """`left` and the operators that follow it, as long as they bind tighter than `power`."""
        for _ in range(MAX_CHAIN):
            token = self.next
            entry = None if token.quoted or token.kind not in (NAME, OPERATOR) else INFIX.get(token.value)
            if entry is None or entry[0] <= power or not self._continues(token):
                return left
            self.index += 1
            left = entry[1](self, left, token)
        raise FeelSyntaxError(
            Code.TOO_DEEP,
            f"More than {MAX_CHAIN} operators in a row; use a list with sum(), string join() or “in”.",
            *self.next.at,
        )

    def _continues(self, token: Token) -> bool:
        if token.value == "instance":
            return self.tokens[self.index + 1].value == "of"
        if token.value == "[" and self._range_end:
            after = self.tokens[self.index + 1]
            return (
                (after.kind in (NUMBER, STRING) or after.value in _OPENING)
                if after.kind != NAME
                else after.value not in RESERVED
            )
        return True

    def _prefix(self) -> s.Node:
        token = self.next
        if token.kind == NAME:
            return self._word(token)
        if token.kind == NUMBER:
            self.index += 1
            return s.Number(self._number(token), token.at)
        if token.kind == STRING:
            self.index += 1
            return s.String(token.value, token.at)
        start = PREFIX.get(token.value) if token.kind == OPERATOR else None
        if start is None:
            raise self.expected("an expression")
        self.index += 1
        return start(self, token)

    def _number(self, token: Token, sign: str = "") -> Decimal:
        try:
            return DECIMAL.create_decimal(sign + token.value)
        except ArithmeticError:
            raise FeelSyntaxError(
                Code.BAD_LITERAL, "The number is too large; FEEL's largest has 6,145 digits.", *token.at
            ) from None

    def _word(self, token: Token) -> s.Node:
        if token.quoted:
            self.index += 1
            return s.Name(token.value, token.at)
        found = self.names.find(self.tokens, self.index)
        if found is not None:
            self.index += found[1]
            return s.Name(found[0], token.at)
        start = KEYWORDS.get(token.value)
        if start is not None and (token.value != "function" or self.tokens[self.index + 1].value == "("):
            self.index += 1
            return start(self, token)
        if token.value in RESERVED:
            raise self.expected("an expression")
        self.index += 1
        return s.Name(token.value, token.at)

    def name_until(self, *stops: str) -> str:
        """A name that is being bound: all tokens up to one of `stops`."""
        first = self.index
        while self.next.kind in (NAME, NUMBER) or (self.next.kind == OPERATOR and self.next.value in _SIGNS):
            if self.next.value in stops and self.index > first:
                break
            self.index += 1
        if self.index == first:
            raise self.expected("a name")
        if self.next.value not in stops:
            raise self.expected(" or ".join(f"“{stop}”" for stop in stops))
        return name_of(self.text, self.tokens[first : self.index])

    def member_name(self) -> str:
        """The name after a dot."""
        found = self.names.find(self.tokens, self.index, path=True)
        if found is not None:
            self.index += found[1]
            return found[0]
        if self.next.kind != NAME:
            raise self.expected("a name after the dot")
        return self.take().value


def negative(parser: Parser, token: Token) -> s.Node:
    """A minus before an operand; before a number it belongs to the literal (rule 37)."""
    if parser.next.kind == NUMBER:
        number = parser.take()
        return s.Number(parser._number(number, "-"), token.at)
    return s.Negation(parser.expression(NEGATE), token.at)


Prefix = Callable[[Parser, Token], s.Node]
Infix = Callable[[Parser, s.Node, Token], s.Node]
PREFIX: dict[str, Prefix] = {"-": negative}
KEYWORDS: dict[str, Prefix] = {}
INFIX: dict[str, tuple[int, Infix]] = {}
"""How each sign and word begins or goes on with an expression; `engine.feel.grammar` fills the tables."""
