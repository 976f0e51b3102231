"""Text functions (DMN 1.5 §10.3.4.3). Characters are Unicode code points; patterns are those of XPath, run within the
budget."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.functions import builtin
from engine.feel.patterns import PatternError, compile_pattern, replacement_parts
from engine.feel.run import Run
from engine.feel.values import Value


def _index(number: Decimal) -> int:
    return int(max(min(number, Decimal(10**9)), Decimal(-(10**9))))


@builtin("substring", "string: string, start position: number, length?: number", "Part of a text; -1 is the last position.")
def substring(run: Run, string: str, start_position: Decimal, length: Decimal | None = None) -> Value:
    """substring("foobar", 3, 3) = "oba"."""
    start = _index(start_position)
    if start == 0 or abs(start) > len(string):
        return run.bad_value(f"There is no position {start} in a text of {len(string)} characters.")
    if length is not None and length < 1:
        return run.bad_value("The length of a substring is at least 1.")
    first = start - 1 if start > 0 else len(string) + start
    return string[first:] if length is None else string[first : first + _index(length)]


@builtin("string length", "string: string", "The number of characters.")
def string_length(run: Run, string: str) -> Decimal:
    """string length("foo") = 3."""
    return Decimal(len(string))


@builtin("upper case", "string: string", "The text in capital letters.")
def upper_case(run: Run, string: str) -> str:
    """upper case("aBc4") = "ABC4"."""
    run.check_size(len(string))
    return string.upper()


@builtin("lower case", "string: string", "The text in small letters.")
def lower_case(run: Run, string: str) -> str:
    """lower case("aBc4") = "abc4"."""
    run.check_size(len(string))
    return string.lower()


@builtin("substring before", "string: string, match: string", "What stands before the first match, or an empty text.")
def substring_before(run: Run, string: str, match: str) -> str:
    """substring before("foobar", "bar") = "foo"."""
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "string: string, match: string", "What stands after the first match, or an empty text.")
def substring_after(run: Run, string: str, match: str) -> str:
    """substring after("foobar", "ob") = "ar"."""
    return string.partition(match)[2] if match else string


@builtin("contains", "string: string, match: string", "Whether the text has the other in it.")
def contains(run: Run, string: str, match: str) -> bool:
    """contains("foobar", "of") = false."""
    return match in string


@builtin("starts with", "string: string, match: string", "Whether the text begins so.")
def starts_with(run: Run, string: str, match: str) -> bool:
    """starts with("foobar", "fo") = true."""
    return string.startswith(match)


@builtin("ends with", "string: string, match: string", "Whether the text ends so.")
def ends_with(run: Run, string: str, match: str) -> bool:
    """ends with("foobar", "r") = true."""
    return string.endswith(match)


def _pattern(run: Run, pattern: str, flags: str | None) -> Value:
    try:
        return compile_pattern(pattern, flags or "")
    except PatternError as error:
        return run.bad_value(f"The pattern “{pattern[:80]}” cannot be read: {error}.")


@builtin("matches", "input: string, pattern: string, flags?: string|null", "Whether the pattern occurs in the text.")
def matches(run: Run, input: str, pattern: str, flags: str | None = None) -> bool | None:
    """matches("foobar", "^fo*b") = true; flags are s, m, i and x."""
    compiled = _pattern(run, pattern, flags)
    return None if compiled is None else compiled.search(input, 0, run) is not None


@builtin(
    "replace",
    "input: string, pattern: string, replacement: string, flags?: string|null",
    "The text with each match of the pattern replaced; $1 stands for the first group.",
)
def replace(run: Run, input: str, pattern: str, replacement: str, flags: str | None = None) -> Value:
    """replace("banana", "a", "o") = "bonono"."""
    compiled = _pattern(run, pattern, flags)
    if compiled is None:
        return None
    try:
        parts = replacement_parts(replacement, compiled.groups)
    except PatternError as error:
        return run.bad_value(f"The replacement “{replacement[:80]}” cannot be read: {error}.")
    made: list[str] = []
    at = size = 0
    for spans in compiled.all_matches(input, run):
        start, end = spans[0] or (0, 0)
        filled = [p if isinstance(p, str) else input[slice(*(spans[p] or (0, 0)))] for p in parts]
        made += [input[at:start], *filled]
        size += sum(map(len, filled)) + start - at
        run.check_size(size)
        at = end
    return "".join([*made, input[at:]])


@builtin("split", "string: string, delimiter: string", "The parts of the text between matches of the pattern.")
def split(run: Run, string: str, delimiter: str) -> Value:
    """split("John Doe", "\\s") = ["John", "Doe"]."""
    compiled = _pattern(run, delimiter, None)
    if compiled is None:
        return None
    parts: list[str] = []
    at = 0
    for spans in compiled.all_matches(string, run):
        start, end = spans[0] or (0, 0)
        if end > start:
            parts.append(string[at:start])
            at = end
            run.check_size(len(parts))
    return [*parts, string[at:]]


@builtin("string join", "list: list, delimiter?: string|null", "The texts of a list in one; null items are left out.")
def string_join(run: Run, list: list[Value], delimiter: str | None = None) -> Value:
    """string join(["a", "b"], " and ") = "a and b"."""
    parts = [item for item in list if item is not None]
    if not all(type(item) is str for item in parts):
        return run.bad_value("string join joins texts only; use string() for other values.")
    run.check_size(sum(map(len, parts)) + len(delimiter or "") * len(parts))
    return (delimiter or "").join(parts)


@builtin("trim", "string: string", "The text without white space at both ends.", standard=False)
def trim(run: Run, string: str) -> str:
    """trim("  a ") = "a"."""
    return string.strip()


@builtin("is blank", "string: string", "Whether the text has nothing but white space.", standard=False)
def is_blank(run: Run, string: str) -> bool:
    """is blank(" ") = true."""
    return not string.strip()


@builtin("extract", "string: string, pattern: string", "All matches of the pattern.", standard=False)
def extract(run: Run, string: str, pattern: str) -> Value:
    """extract("a1b22", "[0-9]+") = ["1", "22"]."""
    compiled = _pattern(run, pattern, None)
    return None if compiled is None else [string[slice(*(spans[0] or (0, 0)))] for spans in compiled.all_matches(string, run)]
