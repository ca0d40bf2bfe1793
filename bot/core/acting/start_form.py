"""What a run is started from: a form with its inputs, what is known filled in; or a button."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.core.acting.intents import ROOM, Begin
from bot.core.acting.value_form import value_input
from bot.core.blockkit.blocks import (
    OPTIONS_LIMIT,
    Block,
    channel_input,
    context,
    section,
    several_input,
    text_input,
)
from bot.core.blockkit.modal import FIELDS, View, modal
from bot.core.procedure import Input, Procedure
from bot.core.procedure.example import example, such_as
from bot.core.procedure.parts import MOST_ENTRIES
from bot.core.run.drills import SIGN, STARTS
from bot.core.text import escape, shorten

_VALUE_LIMIT = 2_000
"""What a button carries at most, in characters."""
_TITLE_SHOWN = 24
"""How many characters the title of a form has at most."""


CHANNEL = "in:channel"
"""The field of the channel, where a form asks for it: no input can be called so."""


def start_value(begin: Begin) -> str:
    """What a button carries that starts a procedure; `bot.core.views.clicks` reads it back."""
    asked: dict[str, Any] = {"procedure": begin.procedure, **begin.carried}
    if begin.inputs:
        asked["inputs"] = dict(begin.inputs)
    if begin.another:
        asked["another"] = True
    if begin.ask:
        asked["ask"] = True
    if begin.drill:
        asked["drill"] = True
    value = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
    # A button's value holds 2,000 characters; what does not fit is asked for in the form.
    if len(value) > _VALUE_LIMIT:
        return start_value(replace(begin, inputs={}, ask=True))
    return value


def inputs(
    procedure: Procedure,
    given: Mapping[str, str],
    *,
    channel: str | None,
    another: bool,
    carried: Mapping[str, str] | None = None,
    note: str = "",
    drill: bool = False,
) -> View:
    """The values that a procedure needs to start; what was typed already is filled in.

    Without a *channel* the form asks for it. *carried* is what else the form carries;
    *note* says what is to be known of the procedure, in Slack's text. *drill* says that the run is
    to be an exercise.
    """
    blocks: list[Block] = [section(f"⚠️ {note}")] if note else []
    if drill:
        blocks.append(context(f"{SIGN} {STARTS}"))
    if len(procedure.title) > _TITLE_SHOWN:
        blocks.append(section(f"*{escape(procedure.title)}*"))
    if procedure.summary:
        blocks.append(context(escape(procedure.summary)))
    if (room := (carried or {}).get(ROOM)) is not None:
        kind = "private channel" if room == "private" else "channel"
        blocks.append(context(f"🧵 The run gets a {kind} of its own."))
    if procedure.where:
        blocks.append(context(f"Where: {escape(procedure.where)}"))
    if channel is None:
        hint = "Everyone who helps should see the board. I have to be in it."
        blocks.append(channel_input(CHANNEL, "In which channel?", hint=hint))
    for name, spec in _asked(procedure):
        first = given.get(name, spec.default)
        other = spec.differs_from
        if spec.list:
            blocks.append(_list_field(name, spec, first))
            continue
        blocks.append(
            value_input(
                name,
                spec,
                spec.description,
                initial=first,
                but=_shown(procedure, other, given),
                # The other's field is called by what it is, and not by its name.
                hint=f"Must differ from “{procedure.inputs[other].description}”" if other else "",
                placeholder=name,
                optional=not spec.required,
            )
        )
    return modal(
        "start",
        shorten(procedure.title, _TITLE_SHOWN),
        "Start drill" if drill else "Start",
        blocks,
        procedure=procedure.id,
        another=another,
        **({} if channel is None else {"channel": channel}),
        **(carried or {}),
        **({"drill": True} if drill else {}),
    )


def _list_field(name: str, spec: Input, first: str | None) -> Block:
    """The field of a list: what can be chosen, or a line for each entry."""
    entries = spec.entries(first or "")
    if spec.enum and len(spec.enum) <= OPTIONS_LIMIT:
        return several_input(
            name,
            spec.description,
            [(value, value) for value in spec.enum],
            initial=entries,
            most=MOST_ENTRIES,
            optional=not spec.required,
        )
    explained = spec.pattern or (spec.example and not spec.enum)
    rules = [such_as(spec)] if explained else []
    rules += [f"One on each line, or with commas between them; {MOST_ENTRIES} at most"]
    return text_input(
        name,
        spec.description,
        multiline=True,
        initial="\n".join(entries),
        hint=". ".join(rules),
        placeholder=name,
        optional=not spec.required,
    )


def _shown(procedure: Procedure, name: str | None, given: Mapping[str, str]) -> str | None:
    """The value that the form shows for an input, or its example, which is none for another."""
    if name is None:
        return None
    spec = procedure.inputs[name]
    return given.get(name) or example(spec)


def _asked(procedure: Procedure) -> list[tuple[str, Input]]:
    """The inputs that the form asks for: all of them, or what a run cannot start without."""
    asked = list(procedure.inputs.items())
    if len(asked) <= FIELDS:
        return asked
    return sorted(asked, key=lambda named: not named[1].required)[:FIELDS]
