"""Ending a run: every check is looked at once more, and it closes, or stays open and says why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core import events as e
from bot.core.acting.meaning import (
    Meaning,
    by_person,
    by_the_bot,
    no_message,
    one_notice,
)
from bot.core.acting.messages import looks
from bot.core.acting.sentences import Around, item_title
from bot.core.acting.thread import REASON_SHOWN, Scene, offering, said
from bot.core.blocks import button
from bot.core.documents.model import Inline, Words, joined
from bot.core.offers import CLOSING, Offers, without
from bot.core.picture import Picture
from bot.core.proof import Closing, on_page
from bot.core.run import Closed, Run
from bot.core.text import brief, briefly, mention, run_link
from bot.core.waits import TITLE_SHOWN

_LINES_SHOWN = 12


# What the facts change. -------------------------------------------------------------------------


def _requested(run: Run, event: e.ClosingRequested, at: datetime) -> Run:
    return replace(run, closing=Closing(event.by, event.reasons))


def _kept(run: Run, event: e.RunKeptOpen, at: datetime) -> Run:
    pending = {k: r for k, r in run.pending.items() if not r.once}
    reasons = run.closing.reasons if run.closing else run.reasons
    return replace(run, closing=None, pending=pending, reasons=reasons)


def _closed(run: Run, event: e.RunClosed, at: datetime) -> Run:
    how = (event.reasons, event.mistake, event.again, event.again_at)
    closed = Closed(event.by, at, *how)
    return replace(run, closing=None, closed=closed, pending={}, reasons={})


def _touches(run: Run | None, event: e.RunClosed, number: int) -> Sequence[str]:
    ongoing = run.pending.values() if run else ()
    return [f"notice/{number}", *(key for request in ongoing for key in looks(request))]


def _asked_anew(run: Run, offers: Offers, event: e.ClosingRequested, number: int) -> Offers:
    return without(offers, CLOSING)


def _offers_to_close(run: Run, offers: Offers, event: e.RunKeptOpen, number: int) -> Offers:
    kept = without(offers, CLOSING)
    return kept if event.after is not None else {**kept, CLOSING: number}


def _nothing_offered(run: Run, offers: Offers, event: e.RunClosed, number: int) -> Offers:
    return {}


# What the thread is told. -----------------------------------------------------------------------


def _of_kept_open(scene: Scene, event: e.RunKeptOpen) -> Picture:
    """Who asked is told why the run stays open, and what they can do."""
    run = scene.run
    head = f"🔴 {run.id}: {mention(event.by)}, it stays open."
    between = None
    if event.after is not None:
        between = scene.between(scene.facts[event.after - 1].event)
    if between is not None:
        return said(
            f"{head} {between} while the checks were running. "
            "Press *Close…* again when that is finished."
        )
    items = run.verification()
    titles = {item.key: item.title for item in items}
    asked = (
        f.event.reasons for f in reversed(scene.before) if isinstance(f.event, e.ClosingRequested)
    )
    reasons = next(asked, {})
    lines: list[str] = []
    for key in on_page(items, event.lacking)[:_LINES_SHOWN]:
        name, why = brief(titles.get(key, key), TITLE_SHOWN), event.lacking[key]
        sign = "🟠" if key in reasons else "🔴" if key.startswith("check:") else "⚪"
        given = " (reason given)" if key in reasons else ""
        lines.append(f"{sign} {name}: {briefly(why, REASON_SHOWN)}{given}")
    if left := len(event.lacking) - len(lines):
        lines.append(f"… {left} more, on the board")
    words = "\n".join([f"{head} Checked once more just now:", *lines])
    if not scene.offered:
        return said(words)
    return offering(words, button("Close without proof…", "close_anyway", run.id))


def _of_end(scene: Scene, event: e.RunClosed) -> Picture:
    """How a run was closed, and by whom."""
    run = scene.run
    head = f"{mention(event.by)} closed {run.id}"
    if event.mistake is not None:
        why = brief(event.mistake, REASON_SHOWN)
        if event.again:
            why = f"{why.rstrip('.')}. In its place: {run_link(event.again, event.again_at)}"
        return said(f"🟠 {head}: started by mistake: {why}")
    if not event.reasons:
        return said(f"🟢 {head}: recovered, verification passed.")
    keys = on_page(run.verification(), event.reasons)
    # Often one reason is written for all lines.
    reasons = dict.fromkeys(brief(event.reasons[key], REASON_SHOWN) for key in keys)
    return said(f"🟠 {head}, not verified: {'; '.join(reasons)}")


# What the post-mortem says. ---------------------------------------------------------------------


def _asked(around: Around, event: e.ClosingRequested, it: Inline) -> Inline:
    return "asked to close ", it


def _stays_open(around: Around, event: e.RunKeptOpen, it: Inline) -> Inline:
    asked = ("kept ", it, " open, which ", around.names.of(event.by), " wanted to close")
    if event.after is not None:
        return asked, f": entry {event.after} came between"
    lacks = [
        ("“", item_title(around.run, key), "” (", Words(event.lacking[key]), ")")
        for key in on_page(around.run.verification(), event.lacking)
    ]
    return asked, "; lacking: ", joined(", ", lacks)


def _ended(around: Around, event: e.RunClosed, it: Inline) -> Inline:
    return "closed ", it, _how(event)


def _how(event: e.RunClosed) -> str:
    """How a run was closed."""
    if event.mistake is not None:
        return ", started by mistake"
    return ", not verified" if event.reasons else " as recovered"


REQUESTED = Meaning(
    e.ClosingRequested,
    changes=_requested,
    matters=None,
    touches=no_message,
    offers=_asked_anew,
    opens=None,
    notice=None,
    messages={},
    sentence=_asked,
    who=by_person,
    account=None,
    brings_looks=True,
)

KEPT_OPEN = Meaning(
    e.RunKeptOpen,
    changes=_kept,
    matters=None,
    touches=one_notice,
    offers=_offers_to_close,
    opens=None,
    notice=_of_kept_open,
    messages={},
    sentence=_stays_open,
    who=by_the_bot,
    account=None,
    brings_looks=False,
)

CLOSED = Meaning(
    e.RunClosed,
    changes=_closed,
    matters=None,
    touches=_touches,
    offers=_nothing_offered,
    opens=False,
    notice=_of_end,
    messages={},
    sentence=_ended,
    who=by_person,
    account=None,
    brings_looks=False,
)
