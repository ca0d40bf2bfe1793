"""Rules over requests that are made in turn: what one keeps has a name of its own, and is used.

They see a procedure that has its shape; that a path uses only what is kept before is judged in
`references`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.lint.each import scoped
from bot.core.procedure import Check, Procedure, captures_of
from bot.core.procedure.finding import Finding, Path, quoted
from bot.core.template import names


def in_turn(procedure: Procedure) -> Iterator[Finding]:
    """Find what is kept under a name that is taken, or for nothing."""
    taken = {
        **dict.fromkeys(procedure.inputs, "an input"),
        **{n: "a value of a step" for one in procedure.leaves() for n in captures_of(one.step)},
        **{one.variable: "a member of `for_each`" for _, one in scoped(procedure)},
    }
    for name, check in procedure.checks.items():
        yield from _kept(check, ("checks", name, "requests"), taken)


def _kept(check: Check, here: Path, taken: dict[str, str]) -> Iterator[Finding]:
    requests = check.requests or ()
    before: set[str] = set()
    for index, one in enumerate(requests):
        later = {name for other in requests[index + 1 :] for name in names(other.get)}
        for name in one.keep:
            at = (*here, index, "keep", name)
            if name in taken:
                message = f"{quoted(name)} is the name of {taken[name]}, too"
                yield Finding(at, message, "another name", at_key=True)
            elif name in before:
                message = f"{quoted(name)} is kept by an earlier request, too"
                yield Finding(at, message, "another name", at_key=True)
            elif name not in later:
                message = f"no later request uses {quoted(name)}"
                write = f"{{{{ {name} }}}} in a later path, or leave it out"
                yield Finding(at, message, write, severity="warning", at_key=True)
        before |= one.keep.keys()
