"""Rules over several procedures: what a step leads to is there, and is given what it asks for.

They see the procedures that were looked through together: of one file alone nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.core.lint.references import walk
from bot.core.procedure import Procedure, leads_to
from bot.core.procedure.finding import Finding, Path, quoted
from bot.core.procedure.search import nearest
from bot.core.procedure.starts import led


def leads(procedure: Procedure) -> bool:
    """Whether a step of it leads to another procedure."""
    return any(leads_to(step) for _, step in walk(procedure.steps))


def others(procedure: Procedure, known: Mapping[str, Procedure]) -> Iterator[Finding]:
    """Warn of procedures and inputs to which a step leads, and which are not *known*."""
    for path, step in walk(procedure.steps):
        if (line := leads_to(step)) is None:
            continue
        here, to = (*path, "starts"), led(line)
        if (other := known.get(to.procedure)) is None:
            yield _unknown(here, "procedure", to.procedure, known)
            continue
        if other.private != procedure.private:
            hidden = to.procedure if other.private else procedure.id
            message = f"{quoted(hidden)} is private, and the board of the other's run links to it"
            yield Finding(here, message, "both of them private, or neither", severity="warning")
        for name in to.inputs:
            if name not in other.inputs:
                yield _unknown(here, f"input of {to.procedure}", name, other.inputs)


def _unknown(here: Path, kind: str, name: str, known: Mapping[str, object]) -> Finding:
    meant = nearest(known, name, limit=1)
    write = meant[0] if meant else "one that there is"
    return Finding(here, f"there is no {kind} {quoted(name)}", write, severity="warning")
