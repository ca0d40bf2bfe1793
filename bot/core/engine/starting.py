"""What it takes to start a run: inputs that fit, and the letters of its id."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.engine.decide import Refused
from bot.core.invisible import seen
from bot.core.procedure import Input, Loaded, Procedure
from bot.core.procedure.example import example, misfit
from bot.core.procedure.filling import settled, with_defaults
from bot.core.procedure.search import nearest
from bot.core.run.events import Person, RunStarted
from bot.core.run.rooms import Wanted
from bot.core.text import escape

LETTERS = 4
"""How many letters a run's id has at most before its number."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The values to start with, and the names of required ones that are still missing."""

    values: Mapping[str, str]
    missing: Sequence[str]


def as_seen(procedure: Procedure, given: Mapping[str, str]) -> dict[str, str]:
    """The *given* values as people see them; one that shows nothing is none, if one is needed."""
    values = settled(procedure, {name: seen(value) for name, value in given.items()})
    needed = {n for n, i in procedure.inputs.items() if i.required or i.default is not None}
    return {n: value for n, value in values.items() if value.strip() or n not in needed}


def invalid_inputs(procedure: Procedure, given: Mapping[str, str]) -> dict[str, str]:
    """Why each value cannot be used: name -> words; empty when all fit."""
    values = with_defaults(procedure, as_seen(procedure, given))
    return {
        name: trouble
        for name, spec in procedure.inputs.items()
        if name in values and (trouble := misfit(spec, values[name], values))
    }


def line(
    command: str, procedure: Procedure, given: Mapping[str, str], strays: Sequence[str] = ()
) -> str:
    """The line that starts *procedure*, ready to copy: what was meant, and examples for the rest.

    *strays* are words without a name: each goes where it fits, to the first required input that
    lacks a value. What was misspelled is put right and never replaced by an example.
    """
    given, left = _named(procedure, given, strays[:_WORDS])
    values: dict[str, str] = {}
    for name, spec in procedure.inputs.items():
        other = values.get(spec.differs_from or "")
        meant = _meant(spec, given.get(name, ""), other)
        if name in given and meant is not None:
            values[name] = meant
        elif spec.required:
            stray = next((word for word in left if _meant(spec, word, other) is not None), "")
            values[name] = _meant(spec, stray, other) or _proposed(
                spec, given.get(name), left, other
            )
            left = [word for word in left if word != stray]
    return " ".join([command, procedure.id, *(f"{n}={_quoted(v)}" for n, v in values.items())])


_WORDS = 20
"""How many words without a name are tried as values; whoever types more means a sentence."""
_NAMED = re.compile(r"-*([A-Za-z_][\w-]*)[:=]+(.+)", re.DOTALL)
"""How people write a value that they give with its name, in other places."""


def _named(
    procedure: Procedure, given: Mapping[str, str], strays: Sequence[str]
) -> tuple[dict[str, str], list[str]]:
    """What was given under the names that were meant, and the words that are left without one."""
    values = {name: value for name, value in given.items() if name in procedure.inputs}
    pairs = [(name, value, "") for name, value in given.items() if name not in values]
    pairs += [(found[1], found[2], word) for word in strays if (found := _NAMED.fullmatch(word))]
    taken: set[str] = set()
    for name, value, word in pairs:
        like = [one for one in procedure.inputs if _letters(one) == _letters(name)]
        for one in like or nearest(tuple(procedure.inputs), name)[:1]:
            values.setdefault(one, value)
            taken.add(word)
    return values, [word for word in strays if word not in taken]


_AROUND = " \t,;.:!?'\"`<>()[]{}="


def _meant(spec: Input, word: str, other: str | None) -> str | None:
    """A value that *spec* takes, other than *other*: *word*, or what it is but for its dress."""
    bare = word.strip(_AROUND)
    for value in (word, bare, bare.lower()):
        if value and value != other and spec.refusal(value) is None:
            return value
    return None


_OPTIONS_SHOWN = 5


def _proposed(spec: Input, given: str | None, strays: Sequence[str], other: str | None) -> str:
    """What to type for an input: what was misspelled, all that can be chosen, or an example.

    Nothing is chosen for people where each choice is something of theirs: a command is typed at it.
    """
    if spec.enum is None or len(spec.enum) == 1:
        return example(spec, but=other) or "…"
    for word in filter(None, (given, *strays)):
        same = [one for one in spec.enum if _letters(one) == _letters(word)]
        if len(meant := same or nearest(spec.enum, word)) == 1:
            return meant[0]
    return "|".join(spec.enum) if len(spec.enum) <= _OPTIONS_SHOWN else "…"


def _letters(value: str) -> str:
    return "".join(sign for sign in value.casefold() if sign.isalnum())


def _quoted(value: str) -> str:
    return f'"{value}"' if any(sign.isspace() for sign in value) else value


def settle(procedure: Procedure, given: Mapping[str, str], *, command: str = "/runbook") -> Inputs:
    """Fill in defaults and find what is missing; raises Refused for a name or value that is off."""
    given = as_seen(procedure, given)
    for name in given:
        if name not in procedure.inputs:
            known = ", ".join(f"`{n}`" for n in procedure.inputs) or "none"
            close = nearest(tuple(procedure.inputs), name)
            hint = f" Did you mean `{close[0]}`?" if close else ""
            raise Refused(
                f"`{procedure.id}` has no input `{escape(name[:80])}`.{hint} Its inputs: {known}."
                f"{_instead(command, procedure, given)}"
            )
    for name, trouble in invalid_inputs(procedure, given).items():
        value = with_defaults(procedure, given)[name]
        raise Refused(
            f"`{name}` {escape(trouble)}; you gave `{escape(value[:80])}`."
            f"{_instead(command, procedure, given)}"
        )
    known_values = with_defaults(procedure, given)
    values = {name: known_values[name] for name in procedure.inputs if name in known_values}
    missing = [n for n, spec in procedure.inputs.items() if n not in values and spec.required]
    unset = {n: "" for n, spec in procedure.inputs.items() if n not in values and not spec.required}
    return Inputs({**values, **unset}, missing)


def _instead(command: str, procedure: Procedure, given: Mapping[str, str]) -> str:
    """The whole line to type instead, unless there is nothing that must be given."""
    right = line(command, procedure, given)
    return f" Type `{escape(right[:1_000])}`" if "=" in right else ""


def prefix(procedure_id: str) -> str:
    """The letters of a run's id: `key-compromise` gives `KC`, `crash` gives `CR`."""
    words = [word for word in procedure_id.split("-") if word]
    letters = "".join(w[0] for w in words if w[0].isalpha())[:LETTERS]
    if len(letters) > 1:
        return letters.upper()
    alphabetic = "".join(c for c in procedure_id if c.isalpha())
    return (alphabetic[:2] or "R").upper()


@dataclass(frozen=True, slots=True)
class Begun:
    """Where a run begins, and what is known of why: its channel, its workspace and that one's org.

    `drill`, `severity`, `alerts`, `episode`, `episode_at` and `detected_at` are as the entry has
    them. With a `room`, the channel is the
    one in which it was asked for, and the run gets one of its own.
    """

    channel: str
    team: str | None = None
    enterprise: str | None = None
    drill: bool = False
    severity: str | None = None
    alerts: tuple[str, ...] = ()
    room: Wanted | None = None
    episode: str | None = None
    episode_at: str | None = None
    detected_at: datetime | None = None


def started(loaded: Loaded, inputs: Mapping[str, str], begun: Begun, by: Person) -> RunStarted:
    """The first entry of a run; what is not known is left out of it."""
    event = RunStarted(
        procedure=loaded.procedure,
        source=loaded.source,
        source_sha256=loaded.sha256,
        inputs=dict(inputs),
        channel=begun.channel if begun.room is None else "",
        team=begun.team,
        by=by,
    )
    known = {
        "commit": loaded.commit,
        "enterprise": begun.enterprise,
        "drill": begun.drill,
        "severity": begun.severity,
        "alerts": begun.alerts,
        "episode": begun.episode,
        "episode_at": begun.episode_at,
        "detected_at": begun.detected_at,
        "room": begun.room,
        "asked_in": begun.channel if begun.room is not None else None,
    }
    return event.model_copy(update={name: value for name, value in known.items() if value})
