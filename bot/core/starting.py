"""What it takes to start a run: inputs that fit, and the letters of its id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.decide import Refused
from bot.core.events import Person, RunStarted
from bot.core.procedure import Loaded, Procedure
from bot.core.search import nearest
from bot.core.text import escape

LETTERS = 4
"""How many letters a run's id has at most before its number."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The values to start with, and the names of required ones that are still missing."""

    values: Mapping[str, str]
    missing: Sequence[str]


def misfits(procedure: Procedure, given: Mapping[str, str]) -> dict[str, str]:
    """Why each given value cannot be used: name -> words; empty when all fit."""
    return {
        name: trouble
        for name, value in given.items()
        if name in procedure.inputs and (trouble := procedure.inputs[name].refusal(value))
    }


def settle(procedure: Procedure, given: Mapping[str, str]) -> Inputs:
    """Fill in defaults and find what is missing; raises Refused for a name or value that is off."""
    for name in given:
        if name not in procedure.inputs:
            known = ", ".join(f"`{n}`" for n in procedure.inputs) or "none"
            close = nearest(tuple(procedure.inputs), name)
            hint = f" Did you mean `{close[0]}`?" if close else ""
            raise Refused(
                f"`{procedure.id}` has no input `{escape(name[:80])}`.{hint} Its inputs: {known}."
            )
    for name, trouble in misfits(procedure, given).items():
        raise Refused(f"`{name}` {escape(trouble)}; you gave `{escape(given[name][:80])}`.")
    values = {
        name: value
        for name, spec in procedure.inputs.items()
        if (value := given.get(name, spec.default)) is not None
    }
    missing = [n for n, spec in procedure.inputs.items() if n not in values and spec.required]
    unset = {n: "" for n, spec in procedure.inputs.items() if n not in values and not spec.required}
    return Inputs({**values, **unset}, missing)


def prefix(procedure_id: str) -> str:
    """The letters of a run's id: `key-compromise` gives `KC`, `crash` gives `CR`."""
    words = [word for word in procedure_id.split("-") if word]
    letters = "".join(w[0] for w in words if w[0].isalpha())[:LETTERS]
    if len(letters) > 1:
        return letters.upper()
    alphabetic = "".join(c for c in procedure_id if c.isalpha())
    return (alphabetic[:2] or "R").upper()


def started(
    loaded: Loaded, inputs: Mapping[str, str], *, channel: str, team: str | None, by: Person
) -> RunStarted:
    """The first fact of a run."""
    return RunStarted(
        procedure=loaded.procedure,
        source=loaded.source,
        source_sha256=loaded.sha256,
        inputs=dict(inputs),
        channel=channel,
        team=team,
        by=by,
    )
