"""`ringi table`: decision tables as spreadsheets, both ways, and what is wrong with their rules."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click
from rich.markup import escape

from engine.api import (
    CsvError,
    DecisionTable,
    DmnFile,
    Sheet,
    TableAnalysis,
    analyse_tables,
    import_table,
    read_csv,
    sheet_of,
    table_of,
    write_csv,
)
from runtime.cli.arguments import read_file
from runtime.cli.decision_files import imported_beside, read_decisions
from runtime.cli.output import EXIT_FAILED, Output, command, plural, problem_data
from runtime.errors import Invalid, NotFound

KINDS = (".csv", ".xlsx")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHEET = click.Path(dir_okay=False, path_type=Path)


def add_to(main: click.Group) -> None:
    """Add the commands of this module."""

    @main.group(short_help="Check decision tables, edit them in a spreadsheet.")
    def table() -> None:
        """Decision tables: check their rules, edit them in a spreadsheet.

        \b
        ringi table analyse FILE.dmn                   what is wrong with the rules
        ringi table export FILE.dmn DECISION OUT.xlsx  the rules as a spreadsheet
        ringi table import FILE.dmn DECISION IN.xlsx   the edited rules back into the file
        """

    @command(table, short_help="Find gaps, overlaps and rules that never answer.")
    @click.argument("file", type=_FILE)
    @click.argument("decision", required=False)
    def analyse(output: Output, file: Path, decision: str | None) -> int | None:
        """Find gaps, overlaps and rules that never answer in the tables of FILE.dmn, or in that of DECISION (id or name).

        A gap is an input that no rule matches; an overlap an input that two rules match where the hit policy allows one. Each
        is told with an example. A note is good to know, and nothing to mend. Exit code 1 when there is something to mend.

        \b
        ringi table analyse processes/lead_generation/lead_grade.dmn
        """
        return analyse_file(output, file, decision)

    @command(table, short_help="Write the rules to a spreadsheet.")
    @click.argument("file", type=_FILE)
    @click.argument("decision")
    @click.argument("out", type=_SHEET)
    def export(output: Output, file: Path, decision: str, out: Path) -> int | None:
        """Write the table of DECISION (id or name) in FILE.dmn to OUT.csv or OUT.xlsx.

        A row is a rule: its id, a column “when …” for each input, “then …” for each output, and its notes. Cells hold FEEL as
        the table has it; “-” is any value. OUT is replaced when it is there.

        \b
        ringi table export lead_grade.dmn lead_grade grades.xlsx
        """
        return export_table(output, file, decision, out)

    @command(table, "import", short_help="Put the rows of a spreadsheet in the place of the rules.")
    @click.argument("file", type=_FILE)
    @click.argument("decision")
    @click.argument("source", type=_FILE, metavar="IN")
    @click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
    def import_(output: Output, file: Path, decision: str, source: Path, dry_run: bool) -> int | None:
        """Put the rows of IN.csv or IN.xlsx in the place of the rules of DECISION in FILE.dmn.

        A row with the id of a rule is that rule, one without an id a new rule; a rule without a row is removed, and the order
        of the rows is that of the rules. All else in the file stays as it is, to the byte. Nothing is written when a cell has
        an error.

        \b
        ringi table import lead_grade.dmn lead_grade grades.xlsx --dry-run
        """
        return import_sheet(output, file, decision, source, dry_run=dry_run)


def analyse_file(output: Output, file: Path, decision: str | None) -> int | None:
    """Exit code 1 when the file has errors, or a table something to mend."""
    model = read_decisions(file)
    if not model.ok:
        raise Invalid("CLI-1020", f"{file.name} has errors; mend them first.", problems=model.problems)
    element = None if decision is None else owner_of(model, decision)
    found = [a for a in analyse_tables(model) if element in (None, a.element)]
    if not found:
        output.say("The file has no decision table.")
    for analysis in found:
        _show(output, analysis)
    output.result({"tables": [_data(analysis) for analysis in found]})
    return EXIT_FAILED if any(f.severity is not None for a in found for f in a.findings) else None


def owner_of(model: DmnFile, decision: str) -> str:
    """The id of the decision or knowledge model that has a table. Raises NotFound."""
    _table(model, decision)
    owners = [(d.id, d.name) for d in model.decisions.values()] + [(k.id, k.name) for k in model.knowledge.values()]
    by_id = [own_id for own_id, _ in owners if own_id == decision]
    return (by_id or [own_id for own_id, name in owners if name == decision])[0]


def _table(model: DmnFile, decision: str) -> DecisionTable:
    found = table_of(model, decision)
    if found is None:
        known = [own_id for own_id in (*model.decisions, *model.knowledge) if table_of(model, own_id) is not None]
        tables = f"Its tables are: {', '.join(known)}." if known else "The file has none."
        raise NotFound("CLI-1021", f"“{decision}” is no decision with a table in {model.resource}. {tables}")
    return found


def _show(output: Output, analysis: TableAnalysis) -> None:
    """The findings of a table for people: what to mend, then what to know."""
    output.say(f"[bold]{escape(analysis.name)}[/] [dim]{plural(analysis.rules, 'rule')}[/]")
    for finding in analysis.findings:
        word = f"[yellow]{finding.severity}[/]" if finding.severity is not None else "[dim]note[/]"
        output.say(f"  {word} [dim]{finding.code}[/] {escape(finding.message)}")
        if finding.severity is not None and finding.fix:
            output.say(f"    [dim]→ {escape(finding.fix)}[/]")
    if not any(f.severity for f in analysis.findings):
        output.say("  [green]No gap, overlap or rule without effect was found.[/]")


def _data(analysis: TableAnalysis) -> dict[str, object]:
    findings = [
        {
            "code": f.code,
            "severity": str(f.severity or "note"),
            "message": f.message,
            "fix": f.fix,
            "rules": list(f.rules),
            "example": dict(f.example),
        }
        for f in analysis.findings
    ]
    return {
        "decision": analysis.element,
        "name": analysis.name,
        "rules": analysis.rules,
        "complete": analysis.complete,
        "findings": findings,
    }


def export_table(output: Output, file: Path, decision: str, out: Path) -> int | None:
    """Write the sheet in the form that the name of `out` asks for."""
    _must_be_a_sheet(out)
    sheet = sheet_of(_table(read_decisions(file), decision), out.name)
    # The byte order mark tells Excel that the text is UTF-8.
    data = _workbook(sheet, decision) if out.suffix.lower() == ".xlsx" else write_csv(sheet).encode("utf-8-sig")
    _write(out, data)
    output.say(f"{plural(len(sheet.rows), 'rule')} written to {escape(str(out))}.")
    output.result({"file": str(out), "rules": len(sheet.rows), "columns": list(sheet.header)})
    return None


def _workbook(sheet: Sheet, title: str) -> bytes:
    # Excel is loaded when a workbook is asked for only: every other command starts sooner without it.
    from runtime.decisions.workbook import write_workbook

    return write_workbook(sheet, title)


def import_sheet(output: Output, file: Path, decision: str, source: Path, *, dry_run: bool) -> int | None:
    """Exit code 1 when the sheet does not fit the table; then nothing is written."""
    sheet = _read_sheet(source)
    before = read_file(file)
    made = import_table(before, file.as_posix(), decision, sheet, imported_beside(file))
    if made.xml is None:
        raise Invalid("CLI-1022", f"{source.name} was not imported; {file.name} is as it was.", problems=made.problems)
    output.problems(made.problems)
    written = not dry_run and made.xml != before
    if written:
        _write(file, made.xml)
    would = "would be " if dry_run else ""
    output.say(
        f"{made.kept} rules stayed, {len(made.changed)} {would}changed, {len(made.added)} {would}added, "
        f"{len(made.removed)} {would}removed."
    )
    output.result(
        {
            "kept": made.kept,
            "changed": list(made.changed),
            "added": list(made.added),
            "removed": list(made.removed),
            "written": written,
            "problems": [problem_data(p) for p in made.problems],
        }
    )
    return None


def _read_sheet(source: Path) -> Sheet:
    _must_be_a_sheet(source)
    data = read_file(source)
    if source.suffix.lower() == ".xlsx":
        from runtime.decisions.workbook import read_workbook  # as for writing

        return read_workbook(data, source.name)
    try:
        return read_csv(data.decode("utf-8-sig"), source.name)
    except UnicodeDecodeError as error:
        raise Invalid("DMN-3201", f"{source.name} is not text in UTF-8. Save it as “CSV UTF-8”, or as .xlsx.") from error
    except CsvError as error:
        raise Invalid("DMN-3201", f"{source.name}, row {error.row}: {error.message}") from error


def _must_be_a_sheet(path: Path) -> None:
    if path.suffix.lower() not in KINDS:
        raise Invalid("CLI-1023", f"{path.name} is neither .csv nor .xlsx.")


def _write(path: Path, data: bytes) -> None:
    """Replace the file in one step, so that it is never half written."""
    new: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            new = Path(file.name)
            file.write(data)
        new.chmod(path.stat().st_mode if path.exists() else 0o666 & ~_umask())
        os.replace(new, path)
    except OSError as error:
        if new is not None:
            new.unlink(missing_ok=True)
        raise Invalid("CLI-1024", f"{path} cannot be written: {error.strerror}.") from error


def _umask() -> int:
    """The process's mask for new files, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
