"""Members and sets that stand the wrong way round: `for_each: { nodes: node }`.

It reads the document as it is, whatever shape it has, and says which other findings only follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.lint.problem import Document
from bot.core.lint.texts import checks_named, placeholders, steps_in
from bot.core.procedure.finding import Finding, Path, quoted


@dataclass(frozen=True, slots=True)
class Swapped:
    """What is said of two names that changed places, and of which places nothing more is said."""

    finding: Finding
    follows: frozenset[Path]


def swapped(document: Document) -> Iterator[Swapped]:
    """Find each `for_each` and `each` whose member stands where its set belongs."""
    if not isinstance(document.data, dict):
        return
    used = list(placeholders(document))
    asked = list(checks_named(document))
    for path, step in steps_in(document):
        inside = (*path, "steps")
        mine = {name for at, name in asked if at[: len(inside)] == inside}
        here = [(at, n) for at, n in used if at[: len(inside)] == inside or _in(at, mine)]
        yield from _judged(document, (*path, "for_each"), step.get("for_each"), here)
    checks = document.data.get("checks")
    for name, check in checks.items() if isinstance(checks, dict) else ():
        if isinstance(check, dict):
            here = [(at, n) for at, n in used if _in(at, {name})]
            yield from _judged(document, ("checks", name, "each"), check.get("each"), here)


def _in(path: Path, checks: set[Any]) -> bool:
    return path[:1] == ("checks",) and path[1] in checks


def _judged(
    document: Document, path: Path, pair: object, used: list[tuple[Path, str]]
) -> Iterator[Swapped]:
    """Whether the second name is used as a member is, and the first is one of several."""
    if not isinstance(pair, dict) or len(pair) != 1:
        return
    ((variable, of),) = pair.items()
    if not isinstance(variable, str) or not isinstance(of, str) or of == variable:
        return
    several = _is_list(document, variable) or variable in (f"{of}s", f"{of}es")
    as_member = [at for at, name in used if name == of]
    if not several or not as_member or any(name == variable for _, name in used):
        return
    message = f"the name of a member comes first, and {quoted(variable)} are all of them"
    write = f"{path[-1]}: {{ {of}: {variable} }}"
    finding = Finding((*path, variable), message, write, at_key=True)
    asks = {(*path[:-1], key) for key in ("get", "head", "promql", "target")}
    given = ("inputs", variable)
    yield Swapped(finding, frozenset({path, (*path, variable), given, *as_member, *asks}))


def _is_list(document: Document, name: str) -> bool:
    inputs: Any = document.data.get("inputs")
    given: Mapping[str, Any] | None = inputs.get(name) if isinstance(inputs, dict) else None
    return isinstance(given, dict) and given.get("list") is True
