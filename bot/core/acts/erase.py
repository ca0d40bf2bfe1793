"""Taking what people wrote, or who they are, out of the record: now, or once a run is closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.core.acting.act import Act
from bot.core.acting.asking import Answer, Asking, Choice, OnRun, Page, at_any_time, in_a_form
from bot.core.acting.erasures import ENTRY, FIRST, asker, what
from bot.core.acting.intents import Do, Form, Odd
from bot.core.acting.meaning import Meaning, all_stay
from bot.core.acting.messages import PASTED
from bot.core.acting.sealed import ASKED, OPEN
from bot.core.acting.sentences import Around
from bot.core.acting.thread import Scene, said
from bot.core.blockkit.blocks import (
    Block,
    actions,
    button,
    context,
    search_input,
    section,
    ticks_input,
)
from bot.core.blockkit.modal import View, modal
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Inline, joined
from bot.core.run import events as e
from bot.core.run.erased import How
from bot.core.run.model import Run
from bot.core.run.refusals import Refused
from bot.core.text import counted, escape, mention


@dataclass(frozen=True, slots=True)
class Erase:
    """Take the words of entries, or people, out of the record, or note what is to go later.

    What people choose are entries; the rest is worked out from what is stored. `noted` are the
    entries by which it had been asked for before, `later` what a run under way still works with;
    `as_role` is the role that lets someone erase what others wrote, which is asked before.
    """

    by: e.Person | None
    entries: tuple[int, ...] = ()
    people: tuple[str, ...] = ()
    unchecked: tuple[int, ...] = ()
    noted: tuple[int, ...] = ()
    later: e.ErasureNoted | None = None
    via: How = "slack"
    as_role: e.AsRole | None = None


def _rule(run: Run, command: Erase, at: datetime) -> Sequence[e.Event]:
    """Erase what is named and still there; what a run under way needs goes once it is closed."""
    if command.via == "age" and run.erased:
        # Another replica was first.
        return ()
    if command.noted and not run.to_erase.keys() & {*command.noted}:
        return ()
    if run.closed is None and (command.people or FIRST in command.entries):
        raise Refused(f"{run.id} is open: its people and inputs can be erased once it is closed.")
    made: list[e.Event] = []
    entries = tuple(seq for seq in command.entries if seq not in run.gone)
    people = tuple(token for token in command.people if token not in run.gone)
    if entries or people or command.noted:
        by = {} if command.by is None else {"by": command.by}
        noted = {"noted": command.noted} if command.noted else {}
        lost = {"entries": entries, "people": people, "unchecked": command.unchecked}
        made.append(e.Erased.model_validate({**lost, **noted, **by, "via": command.via}))
    if command.later is not None and not _is_known(run, command.later):
        made.append(command.later)
    if command.as_role is not None and made:
        made[0] = made[0].model_copy(update={"as_role": command.as_role})
    return made


def _is_known(run: Run, later: e.ErasureNoted) -> bool:
    """Whether all of that is to go already."""
    noted = run.to_erase.values()
    if any(one.everything for one in noted):
        return True
    entries = {seq for one in noted for seq in one.entries}
    people = {token for one in noted for token in one.people}
    return not later.everything and entries >= {*later.entries} and people >= {*later.people}


# How it is asked for. ---------------------------------------------------------------------------

_FIELD = "erase:"
_SURE = "sure"
IN_A_FIELD = 10
"""How many entries one field lists: as many boxes as Slack allows."""
ON_A_PAGE = 3 * IN_A_FIELD
"""How many entries the form lists."""
FIND = "erase_find"
"""The verb of the field in which entries are looked for."""
LOOKED_FOR = 200
"""How much may be looked for, in characters."""

_WHAT = (
    "The words go for good: from the record, from the board and from this run's thread, where "
    "*(erased on … by …)* stands in their place. What was done, when and by whom stays. Nobody can "
    "bring the words back."
)
_NOT = (
    "Not reached: what people wrote in the thread themselves, what Slack keeps of edited messages, "
    "post-mortems that were downloaded, and backups of the database."
)
_LATER = (
    "What an open run still needs (its inputs, what checks saw) is noted now and erased when the "
    "run is closed; a run without its inputs cannot be reopened."
)
_FOR_GOOD = "A run without its inputs cannot be reopened."


def _form(run: Run, page: Page, by: e.Person) -> View:
    """Which entries lose their words?"""
    if not page.entries:
        whose = "" if page.anyone else " that you wrote"
        with_it = f" with “{escape(page.words)}”" if page.words else ""
        none = f"There is nothing{whose}{with_it} to erase in {run.id}."
        # A form that only tells has no fields.
        back = [actions("all", button("All entries", "erase_newer", f"{run.id}/"))]
        found = back if page.words else _turns(run, page)
        return modal("erase", "Erase", None, [section(none), *found], run=run.id)
    blocks = [section(_WHAT), context(_NOT)]
    if page.words or page.older is not None or page.newer is not None:
        blocks.append(_field(page))
    if run.closed is None:
        blocks.append(context(_LATER))
    elif any(one.seq == FIRST for one in page.entries):
        blocks.append(context(_FOR_GOOD))
    for first in range(0, len(page.entries), IN_A_FIELD):
        some = page.entries[first : first + IN_A_FIELD]
        number = f"Entry {some[0].seq}"
        label = number if len(some) == 1 else f"Entries {some[-1].seq} to {some[0].seq}"
        options = [(one.label, str(one.seq), one.opening) for one in some]
        blocks.append(ticks_input(f"{_FIELD}{first}", label, options, optional=True))
    sure = [("Erase what is ticked; it cannot be undone", _SURE, "")]
    blocks += _turns(run, page)
    blocks.append(ticks_input(_SURE, "Are you sure?", sure))
    return modal("erase", f"Erase from {run.id}", "Erase", blocks, run=run.id, channel=run.channel)


def _field(page: Page) -> Block:
    """Where the entries are looked for that have some words."""
    hint = "Words of the entries that you look for; then Enter"
    return search_input(FIND, "Search", hint=hint, limit=LOOKED_FOR, said=page.words)


def place(which: str | None) -> tuple[int | None, str]:
    """The number before which a page begins, None for the newest, and what is looked for."""
    number, _, words = (which or "").partition("?")
    return int(number) if number.isascii() and number.isdecimal() else None, words[:LOOKED_FOR]


def _turns(run: Run, page: Page) -> list[Block]:
    """The ways to newer and older entries, which leave what is ticked here."""
    turns = []
    words = f"?{page.words}" if page.words else ""
    if page.newer is not None:
        turns.append(button("Newer entries", "erase_newer", f"{run.id}/{page.newer or ''}{words}"))
    if page.older is not None:
        turns.append(button("Older entries", "erase_older", f"{run.id}/{page.older}{words}"))
    return [actions("turn", *turns)] if turns else []


def _read(answer: Answer) -> Erase:
    ticked = [value for name, value in answer.values.items() if name.startswith(_FIELD)]
    return Erase(answer.by, _numbers(",".join(ticked)))


def _numbers(text: str) -> tuple[int, ...]:
    """Numbers of entries, as a form or a button has them; raises Odd."""
    found = [part for part in text.split(",") if part]
    if not all(part.isascii() and part.isdigit() and len(part) < _DIGITS for part in found):
        raise Odd("not the number of an entry")
    return tuple(sorted({int(part) for part in found}))


_DIGITS = 10


def _opens(run: str, rest: str, by: e.Person) -> Form:
    return Form(run, "erase", rest or None)


def _turns_to(run: str, rest: str, by: e.Person) -> Form:
    return Form(run, "erase", rest or None, turned=True)


def _finds(run: str, rest: str, by: e.Person) -> Form:
    """What was typed is looked for from the newest entry on."""
    words = " ".join(rest.split())
    return Form(run, "erase", f"?{words}" if words else None, turned=True)


def _one(run: str, rest: str, by: e.Person) -> Do[Erase]:
    """One entry, named by a button that stands where it is spoken of."""
    return Do(run, Erase(by, _numbers(rest)))


ON_RUN = OnRun(
    "Erase something…",
    "Takes words that should not be here out of the record, for good.",
    "erase",
    at_any_time,
)

_VERBS: Mapping[str, Any] = {
    ON_RUN.verb: _opens,
    "erase_newer": _turns_to,
    "erase_older": _turns_to,
    FIND: _finds,
    ENTRY: _one,
}

ERASE = Act(
    Erase,
    rule=_rule,
    when_closed=True,
    needs=None,
    asking=Asking(
        verbs=_VERBS,
        questions=[Choice("erase", when_closed=True, draw=_form, read=_read)],
        lines=[ON_RUN],
        words=[in_a_form(ON_RUN, "erase", "erase", "erase something", "redact", runs="any")],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _erased(run: Run, event: e.Erased, at: datetime) -> Run:
    lost = run.lost_inputs or not {FIRST, *run.given.values()}.isdisjoint(event.entries)
    return replace(
        run,
        erased=run.erased or lost or bool(event.people),
        lost_inputs=lost,
        gone=run.gone | {*event.entries, *event.people},
        to_erase={n: one for n, one in run.to_erase.items() if n not in event.noted},
    )


def _noted(run: Run, event: e.ErasureNoted, at: datetime) -> Run:
    return replace(run, to_erase={**run.to_erase, run.seq + 1: event})


def _tells(run: Run | None, event: e.Erased | e.ErasureNoted, number: int) -> Sequence[str]:
    """Who asked in Slack hears there that it is done, and everyone that it was.

    So does whoever was told of a secret in what goes.
    """
    notice = [f"notice/{number}"] if event.via == "slack" else []
    found = run.secrets if run else {}
    return [*notice, *(f"{PASTED}{found[entry]}" for entry in event.entries if entry in found)]


def _of_end(scene: Scene, event: e.Erased) -> Picture:
    run, done = scene.run.id, what(event)
    if not event.noted:
        return said(f"🧹 {run}: {asker(scene.run, event)} erased {done}.")
    # Who asked was promised to hear of it.
    who = asker(scene.run, event) if event.by is None else mention(event.by)
    asked = f"🧹 {run} is closed, so what {who} asked to erase is gone"
    return said(f"{asked}: {done}." if done else f"{asked}: it had been erased before.")


def _of_note(scene: Scene, event: e.ErasureNoted) -> Picture:
    asked = f"🧹 {asker(scene.run, event)} asked to erase {what(event)}"
    return said(f"{asked}. {scene.run.id} still needs that: it is erased when the run is closed.")


def _counted(event: e.Erased | e.ErasureNoted) -> Inline:
    if isinstance(event, e.ErasureNoted) and event.everything:
        return "everything"
    entries, people = len(event.entries), len(event.people)
    what = [
        *([f"the words of {counted(entries, 'entry', 'entries')}"] if entries else []),
        *([counted(people, "person", "people")] if people else []),
    ]
    return joined(" and ", what or ["nothing more"])


def _sentence(around: Around, event: e.Erased, it: Inline) -> Inline:
    return "erased ", _counted(event), f" of the record{_how(event)}"


def _later(around: Around, event: e.ErasureNoted, it: Inline) -> Inline:
    return "asked to erase ", _counted(event), " of the record, once the run is closed"


def _how(event: e.Erased) -> str:
    return " because of its age" if event.via == "age" else ""


def _who(event: e.Erased | e.ErasureNoted) -> e.Person | None:
    return event.by


_OPEN = {**ASKED, "entries": OPEN, "people": OPEN, "via": OPEN}

ERASED = Meaning(
    e.Erased,
    sealed={**_OPEN, "unchecked": OPEN, "noted": OPEN},
    changes=_erased,
    matters=None,
    touches=_tells,
    offers=all_stay,
    opens=None,
    notice=_of_end,
    messages={},
    sentence=_sentence,
    who=_who,
    account=None,
    brings_looks=False,
)

NOTED = Meaning(
    e.ErasureNoted,
    sealed={**_OPEN, "everything": OPEN},
    changes=_noted,
    matters=None,
    touches=_tells,
    offers=all_stay,
    opens=None,
    notice=_of_note,
    messages={},
    sentence=_later,
    who=_who,
    account=None,
    brings_looks=False,
)
