"""How corrections are asked for and told: one form, one message, one sentence for both kinds."""

from collections.abc import Iterable, Sequence

from bot.core.acting.corrections import LIMIT, holders_named, set_off, then
from bot.core.acting.naming import by_name
from bot.core.acting.sentences import Around, given
from bot.core.acting.thread import ACCOUNT_SHOWN, Scene, said
from bot.core.blockkit.blocks import select_input, text_input
from bot.core.blockkit.modal import View, modal
from bot.core.blockkit.picture import Picture
from bot.core.invisible import seen
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.refusals import WORDS_LIMIT, Refused, worded
from bot.core.text import brief, shorten

Correction = e.InputCorrected | e.ValueCorrected

FIELD = "value"
"""The field in which the right value is given."""
_SHOWN = 40
"""How much of a value is shown where one is chosen, in characters."""


def form(run: Run, kind: str, title: str, names: Iterable[str]) -> View:
    """Which value is another one, what is it, and why?"""
    known, called = run.outline.values, run.outline.texts.called
    offered = [
        (
            f"{called(name)}{f' (now {shorten(now, _SHOWN)})' if (now := known.get(name)) else ''}",
            name,
        )
        for name in names
    ]
    return modal(
        kind,
        title,
        "Correct it",
        [
            # Where there is only one, that is it.
            select_input(
                "which",
                "Which one?",
                offered,
                initial=offered[0][1] if len(offered) == 1 else None,
            ),
            text_input(
                FIELD,
                "The right value",
                limit=LIMIT,
                hint="Later commands, checks and titles have it; what was done stays as it was.",
            ),
            text_input("reason", "Why?", multiline=True, limit=WORDS_LIMIT, optional=True),
        ],
        run=run.id,
    )


def value_of(text: str, name: str) -> str:
    """A value as people see it, which must be some and not too long; raises Refused."""
    value = seen(text).strip()
    if not value:
        raise Refused(f"Nothing was recorded: the right value of {name} is empty.", FIELD)
    if len(value) > LIMIT:
        raise Refused(f"{name} has {len(value):,} characters, and {LIMIT:,} fit.", FIELD)
    return value


def why(reason: str) -> dict[str, str]:
    """The reason of a correction, where one was given; raises Refused."""
    return {"reason": worded(reason, "the reason")} if reason.strip() else {}


def followed(run: Run, event: Correction) -> Sequence[e.Event]:
    """A correction, and what follows of it."""
    return (event, *set_off(run, event.values.keys(), event.by, 2))


def between(run: Run, event: Correction) -> str:
    """A correction as what came between a closing and its looks."""
    return f"{by_name(run, event.by)} corrected {_named(run, event)}"


def _named(run: Run, event: Correction) -> str:
    return ", ".join(map(run.outline.texts.called, event.values))


def notice(scene: Scene, event: Correction) -> Picture:
    """What is another value now, who works with it, and what was done with the old one."""
    told = f": {brief(event.reason, ACCOUNT_SHOWN)}" if event.reason else ""
    by, what = by_name(scene.run, event.by), _named(scene.run, event)
    lines = [f"✏️ {scene.run.id}: {by} corrected {what}{told}"]
    lines += holders_named(scene.run, then(scene.run, scene.before), event.values, event.by)
    return said("\n".join(lines))


def sentence(around: Around, event: Correction, it: Inline) -> Inline:
    """A correction in the post-mortem: what the value was, and what it is."""
    before = {} if around.before is None else around.before.outline.values
    texts = around.run.outline.texts
    was = {name: before[name] for name in event.values if before.get(name)}
    old = (" (was ", given(was, texts), ")")
    reason: Inline = () if event.reason is None else (": ", around.names.opening(event.reason))
    return "corrected ", given(event.values, texts), old if was else "", reason


def reason_of(event: Correction) -> str:
    """What somebody wrote with a correction."""
    return event.reason or ""
