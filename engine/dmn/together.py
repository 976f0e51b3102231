"""Reading files that are deployed together: those that are imported before those that import them (DMN 1.5 §6.3.2)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.dmn.codes import DmnCode
from engine.dmn.document import Element
from engine.dmn.model import DmnFile
from engine.dmn.reader import imports_of, read_root
from engine.problems import Problem
from engine.xml import parse_xml


def read_dmn_files(files: Mapping[str, bytes]) -> dict[str, DmnFile]:
    """Read DMN files by name, each with those among them that it imports by namespace. Bad input never raises.

    An import is refused when no file has its namespace, when several have it, or when files import each other in a circle.
    """
    return _Together(files).read()


class _Together:
    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.done: dict[str, DmnFile] = {}
        self.roots: dict[str, Element] = {}
        for resource in files:
            root = parse_xml(files[resource], resource)
            if isinstance(root, Problem):
                self.done[resource] = DmnFile(id="", name="", namespace="", resource=resource, problems=(root,))
            else:
                self.roots[resource] = root
        self.owners: dict[str, list[str]] = {}
        for resource, root in self.roots.items():
            self.owners.setdefault(root.get("namespace") or "", []).append(resource)
        self.needs = {resource: self._needs(root) for resource, root in self.roots.items()}

    def _needs(self, root: Element) -> dict[str, str]:
        """The imported namespaces that exactly one file has, with the name of that file."""
        wanted = {namespace: self.owners.get(namespace, []) for namespace in imports_of(root)}
        return {namespace: owners[0] for namespace, owners in wanted.items() if len(owners) == 1}

    def read(self) -> dict[str, DmnFile]:
        """All files: whenever none is left without an unread import, one of a circle is read without it."""
        waiting = dict(self.roots)
        while waiting:
            ready = [r for r in waiting if all(other in self.done for other in self.needs[r].values())]
            for resource in ready or [next(r for r in waiting if self._is_in_a_circle(r))]:
                self.done[resource] = read_root(waiting.pop(resource), resource, self._imports(resource))
        return self.done

    def _imports(self, resource: str) -> dict[str, DmnFile | DmnCode]:
        found: dict[str, DmnFile | DmnCode] = {}
        for namespace in imports_of(self.roots[resource]):
            owner = self.needs[resource].get(namespace)
            if owner is not None:
                found[namespace] = self.done.get(owner, DmnCode.CIRCULAR_IMPORT)
            elif namespace in self.owners:
                found[namespace] = DmnCode.AMBIGUOUS_IMPORT
        return found

    def _is_in_a_circle(self, start: str) -> bool:
        """Whether the file is imported by one that it imports, near or far."""
        pending, seen = [*self.needs[start].values()], set[str]()
        while pending:
            current = pending.pop()
            if current == start:
                return True
            if current not in seen:
                seen.add(current)
                pending.extend(self.needs[current].values())
        return False
