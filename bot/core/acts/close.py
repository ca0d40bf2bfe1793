"""Ending a run: every check is looked at once more, and it closes, or stays open and says why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.alerted import caution
from bot.core.acting.asking import Answer, Asking, OnRun, Question, in_a_form, opens, while_open
from bot.core.acting.erasures import promised
from bot.core.acting.meaning import (
    Meaning,
    by_person,
    by_the_bot,
    no_message,
    one_notice,
)
from bot.core.acting.messages import looks
from bot.core.acting.naming import by_name
from bot.core.acting.narrative import field_of, read_parts, written
from bot.core.acting.sealed import ASKED, OPEN, SEEN, WORDS
from bot.core.acting.sentences import Around, item_title
from bot.core.acting.shift import asked_in, without_handoffs
from bot.core.acting.thread import REASON_SHOWN, Scene, offering, said
from bot.core.blockkit.blocks import button, context, section, text_input
from bot.core.blockkit.modal import FIELDS, View, modal
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Inline, Words, joined
from bot.core.run import events as e
from bot.core.run.closing import NOT_VERIFIED, requests
from bot.core.run.model import Closed, Run
from bot.core.run.narrative import LEARNED
from bot.core.run.offers import CLOSING, Offers, without
from bot.core.run.proof import Closing, on_page
from bot.core.run.refusals import WORDS_LIMIT, Refused, is_mine, worded
from bot.core.run.states import State
from bot.core.run.waits import TITLE_SHOWN
from bot.core.text import brief, briefly, clock, escape, mention, run_link


@dataclass(frozen=True, slots=True)
class Close:
    """End the run, once its checks were looked at again.

    A reason for each line that nobody confirmed; for a check, one to close with should it fail.
    `texts` are parts of the post-mortem that were written with it.
    """

    by: e.Person
    reasons: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def _rule(run: Run, command: Close, at: datetime) -> Sequence[e.Event]:
    """Close at once what no check verifies; else have every check looked at once more."""
    if run.closed is not None:
        if is_mine(run.closed.by, command.by):
            return ()
        when = clock(run.closed.at, since=run.started_at)
        raise Refused(f"{mention(run.closed.by)} closed {run.id} at {when}.")
    if run.closing is not None:
        if is_mine(run.closing.by, command.by):
            return ()
        raise Refused(_is_closing(run, run.closing))
    items = {item.key: item for item in run.verification()}
    titles = {key: item.title for key, item in items.items()} or _lacking(run)
    reasons = {
        key: worded(words, f"the reason for “{escape(titles[key])}”")
        for key, words in command.reasons.items()
        if key in titles and words.strip()
    }
    # Whether a person confirmed something, no look can find out.
    for key, title in _lacking(run).items():
        if key not in reasons and (key not in items or items[key].check is None):
            worded("", f"the reason for “{escape(title)}”")
    told = written(run, command.by, command.texts)
    first = run.seq + len(told) + 1
    asked = requests(run, command.by, f"z{first}", once=True, ahead=first - run.seq)
    if not asked:
        kept = {key: reason for key, reason in reasons.items() if key in _lacking(run)}
        return (*told, e.RunClosed(by=command.by, reasons=kept))
    return (*told, e.ClosingRequested(by=command.by, reasons=reasons), *asked)


def _lacking(run: Run) -> dict[str, str]:
    """What keeps *run* from closing as recovered as far as is known: the line's key -> its words.

    A check that was not looked at yet is not among them: closing looks.
    """
    items = run.verification()
    if not items:
        return {NOT_VERIFIED: "The procedure has no verification"}
    return {
        item.key: item.title
        for item in items
        if item.green is False or (item.green is None and item.check is None)
    }


def _is_closing(run: Run, closing: Closing) -> str:
    """Say that a run is being closed."""
    return (
        f"{mention(closing.by)} is closing {run.id}: the bot is running every check once more. "
        "The thread will say how it ended."
    )


# How it is asked for. ---------------------------------------------------------------------------


def form(run: Run, *, sure: bool = False) -> View:
    """End the run; asks for what no look can find out, and with *sure* for all that is not green.

    The checks are looked at again.
    """
    if run.closing is not None:
        raise Refused(_is_closing(run, run.closing))
    missing = _lacking(run)
    red = {item.key for item in run.outline.verification.checks}
    intro = f"When everything passes, {run.id} closes as *recovered*."
    if red:
        intro = f"Every check runs once more, 15 s at most. {intro}"
    if red & missing.keys():
        intro += f" {_IF_IT_FAILS_AGAIN[sure]}"
    blocks = [section(intro)]
    if not_done := _not_done(run):
        blocks.append(context(not_done))
    if (fires := caution(run)) is not None:
        blocks.append(context(fires))
    blocks += [context(line) for line in promised(run)]
    groups = {item.key: f"{item.group}: " for item in run.verification() if item.group}
    for key, words in list(missing.items())[:FIELDS]:
        hint = "Failed when last checked." if key in red else None
        ask = f"Not verified: “{groups.get(key, '')}{words}”. Why close anyway?"
        blocks.append(
            text_input(
                f"reason:{key}",
                ask,
                limit=WORDS_LIMIT,
                hint=hint,
                # What was said when it stayed open is not asked for a second time.
                initial=run.reasons.get(key),
                optional=key in red and not sure,
            )
        )
    blocks += [field_of(run, LEARNED)] if run.drill else []
    return modal("close", f"Close {run.id}", "Close it", blocks, run=run.id)


_IF_IT_FAILS_AGAIN = {
    True: "When a line fails again, the run closes as not verified, with the reason you give.",
    False: "When a line fails again, a reason closes the run as not verified; without one, the run "
    "stays open.",
}
"""What comes of a line that failed, for a form that closes anyway and for one that does not."""


def _not_done(run: Run) -> str:
    """The steps that are not finished, the failed ones by themselves."""
    outline = run.outline
    failed = [row.number for row in outline.in_state(State.FAILED) if not row.ruled_out]
    left = [placed.number for placed in outline.left]
    doubted = [row.number for row in outline.rows if row.in_doubt]
    told = [
        f"{name}: {', '.join(numbers[:30])}."
        for name, numbers in (
            ("Steps not done", left),
            ("Failed", failed),
            ("Done, but the check failed", doubted),
        )
        if numbers
    ]
    return " ".join([*told, "The post-mortem will list them."]) if told else ""


def _form(run: Run, which: str | None, by: e.Person) -> View:
    return form(run)


def _form_when_sure(run: Run, which: str | None, by: e.Person) -> View:
    return form(run, sure=True)


def _read(answer: Answer) -> Close:
    given = {key.partition(":"): value for key, value in answer.values.items()}
    reasons = {k[2]: value for k, value in given.items() if k[0] == "reason"}
    return Close(answer.by, reasons, read_parts(answer))


def _can_close(run: Run) -> bool:
    return while_open(run) and run.closing is None


ON_RUN = OnRun(
    "Close…",
    "Ends the run, once its verification has passed or with reasons.",
    "close",
    _can_close,
)

CLOSE = Act(
    Close,
    rule=_rule,
    when_closed=True,
    needs="close",
    asking=Asking(
        verbs={ON_RUN.verb: opens("close"), "close_anyway": opens("close_anyway")},
        questions=[
            Question("close", when_closed=False, draw=_form, read=_read),
            # Its answer is read as the other's.
            Question("close_anyway", when_closed=False, draw=_form_when_sure, read=None),
        ],
        lines=[ON_RUN],
        words=[in_a_form(ON_RUN, "close", "close", "close the run")],
    ),
)


_LINES_SHOWN = 12


# What the facts change. -------------------------------------------------------------------------


def _requested(run: Run, event: e.ClosingRequested, at: datetime) -> Run:
    return replace(run, closing=Closing(event.by, event.reasons, event.via))


def _kept(run: Run, event: e.RunKeptOpen, at: datetime) -> Run:
    pending = {k: r for k, r in run.pending.items() if not r.once}
    reasons = run.closing.reasons if run.closing else run.reasons
    return replace(run, closing=None, pending=pending, reasons=reasons)


def _closed(run: Run, event: e.RunClosed, at: datetime) -> Run:
    how = (event.reasons, event.mistake, event.again, event.again_at)
    # Where it was looked at first, the bot itself ends what was asked for.
    via = event.via or (run.closing.via if run.closing else None)
    closed = Closed(event.by, at, *how, via)
    over = without_handoffs(run, run.handoffs, at)
    return replace(over, closing=None, closed=closed, pending={}, reasons={})


def _touches(run: Run | None, event: e.RunClosed, number: int) -> Sequence[str]:
    ongoing = run.pending.values() if run else ()
    asked = run.handoffs if run else {}
    over = [*(key for request in ongoing for key in looks(request))]
    return [f"notice/{number}", *over, *(key for one in asked for key in asked_in(run, one))]


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
    head = f"{by_name(run, event.by)} closed {run.id}"
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
    sealed={**ASKED, "reasons": WORDS},
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
    sealed={**ASKED, "lacking": SEEN, "after": OPEN},
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
    sealed={
        **ASKED,
        "reasons": WORDS,
        "mistake": WORDS,
        "again": OPEN,
        "again_at": OPEN,
    },
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
