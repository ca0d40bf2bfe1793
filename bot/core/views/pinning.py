"""The form that asks into whose timeline a message goes, and whether others may read it then.

It carries the message: its words are shown and come back with the answer, the rest stands in what
the form carries for the bot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core import ids
from bot.core.acting.intents import Odd, text
from bot.core.acts.pin import SURE, PinMessage
from bot.core.blockkit.blocks import Block, context, section, select_input, ticks_input
from bot.core.blockkit.modal import View, modal
from bot.core.run.events import Person
from bot.core.run.pins import PinnedFile, Quote, time_of
from bot.core.text import escape, mention, shorten

FORM = "pin"
"""What the form is called."""
CHOOSE = "pin_choose"
"""The verb of the button that asks for it."""
_RUN, _WORDS = "run", "words"
_CARRIED = 1_800
"""How much the form carries of a message beside its words, in bytes: Slack takes 3,000 in all."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A run to choose."""

    id: str
    title: str
    channel: str
    open: bool


def form(quote: Quote, runs: Sequence[Offered], meant: str | None) -> View:
    """Which of some runs, of which one may be *meant*."""
    options = [(_label(one), one.id) for one in runs]
    first = meant or (runs[0].id if len(runs) == 1 else None)
    blocks: list[Block] = [context(_whose(quote))]
    if quote.text:
        blocks.append(section(quote.text, block_id=_WORDS))
    hint = "It stands there at its own time, with who wrote it and a link to it."
    blocks.append(
        select_input(_RUN, "Into the timeline of which run?", options, initial=first, hint=hint)
    )
    elsewhere = [one.channel != quote.channel for one in runs]
    if any(elsewhere):
        why = "It was written elsewhere" if all(elsewhere) else "Needed where the run is elsewhere"
        ask = [("Everyone who sees the run may read it", SURE, why)]
        blocks.append(ticks_input(SURE, "Who will read it", ask, optional=not all(elsewhere)))
    return modal(FORM, "Add to timeline", "Add", blocks, channel=quote.channel, **_carried(quote))


def _label(run: Offered) -> str:
    over = "" if run.open else " (closed)"
    return shorten(f"{run.id}{over} · {run.title}", 75)


def _whose(quote: Quote) -> str:
    who = mention(quote.author) if quote.author else escape(quote.app or "an app")
    files = "".join(f" · 📎 {escape(one.name)}" for one in quote.files)
    return f"A message of {who}{files}"


def _carried(quote: Quote) -> dict[str, Any]:
    """What the form carries of a message; of its files, as many as fit."""
    about: dict[str, Any] = {"ts": quote.ts, "link": quote.link}
    about |= {"author": quote.author.id} if quote.author else {}
    about |= {"app": quote.app} if quote.app else {}
    about |= {"cut": quote.cut} if quote.cut else {}
    files: list[dict[str, Any]] = []
    room = _CARRIED
    for one in quote.files:
        said = one.model_dump(exclude_none=True)
        # Signs that are not ASCII are escaped where they are carried.
        room -= sum(len(key) + len(value) + 5 * _wide(value) + 8 for key, value in said.items())
        if room < 0:
            break
        files.append(said)
    return {**about, **({"files": files} if files else {})}


def _wide(value: str) -> int:
    return sum(not one.isascii() for one in value)


def pinned(
    about: Mapping[str, Any], blocks: Sequence[Any], values: Mapping[str, str], by: Person
) -> tuple[str, PinMessage]:
    """The run and what is put into its timeline, of a form that was sent; raises Odd and others."""
    words = next((one for one in blocks if one.get("block_id") == _WORDS), None)
    author, app, cut = about.get("author"), about.get("app"), about.get("cut", 0)
    if author is not None and not ids.is_person(text(author)):
        raise Odd("not the id of a person")
    if not isinstance(cut, int) or not ids.is_ts(text(about["ts"])):
        raise Odd("not a message")
    time_of(about["ts"])
    quote = Quote(
        channel=text(about["channel"]),
        ts=about["ts"],
        link=text(about["link"]),
        text="" if words is None else text(words["text"]["text"]),
        author=None if author is None else Person(id=author),
        app=None if app is None else text(app),
        files=tuple(PinnedFile.model_validate(one) for one in about.get("files", ())),
        cut=cut,
    )
    return values[_RUN], PinMessage(by, quote, sure=SURE in values)


def added(words: str) -> View:
    """What came of it, in the place of the form."""
    return modal("told", "Add to timeline", None, [section(words)])
