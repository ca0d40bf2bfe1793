"""The messages of a run beside its board: which facts change which message, and what it shows.

The thread under the board is for people. The bot speaks there of what someone should notice, and
each such message stands alone when it is read in a notification. Long work is one message that is
edited.
"""

import re
from collections.abc import Mapping, Sequence

from bot.core import board
from bot.core import events as e
from bot.core.admission import UNFIT
from bot.core.blocks import SECTION_LIMIT, Block, section, sections, size
from bot.core.picture import Picture
from bot.core.run import Run, shortfall
from bot.core.steps import TITLE_SHOWN, WORDS_SHOWN, progress_bar, title
from bot.core.text import brief, cut, mention, short_hash, span

BOARD = "board"
EXPORT = "export/"
"""Keys that begin so are files to upload, not messages to draw."""


def touched(run: Run | None, events: Sequence[e.Event]) -> dict[str, int]:
    """The messages that *events*, appended to *run*, change: key -> number of the fact to show."""
    seq = run.seq if run else 0
    keys: dict[str, int] = {}
    for number, event in enumerate(events, start=seq + 1):
        keys[BOARD] = number
        for key in _keys(run, event, number):
            keys[key] = number
    return keys


def _keys(run: Run | None, event: e.Event, number: int) -> list[str]:
    """The messages beside the board that one event changes."""
    match event:
        case e.StepFailed() | e.StepDone() | e.StepSkipped() | e.StepGivenBack():
            told = [f"notice/{number}"] if isinstance(event, e.StepFailed) else []
            return told + _waits(run, event.step)
        case e.StepHandedOver() | e.StepReturned() | e.RunReopened():
            return [f"notice/{number}"]
        case e.RunClosed():
            ongoing = run.pending.values() if run else ()
            return [
                f"notice/{number}",
                *(k for r in ongoing for k in _looks(r.id, r.batch, r.wait)),
            ]
        case e.VerificationRequested():
            return [f"verify/v{number}"]
        case e.CheckRequested():
            return [f"wait/{event.request}"] * event.wait + _superseded(run, event)
        case e.CheckObserved() if run is not None and event.request in run.pending:
            request = run.pending[event.request]
            turned = request.step and not request.wait and _turned(run, request.step, event)
            return (
                [f"notice/{number}"] if turned else _looks(request.id, request.batch, request.wait)
            )
        case e.ExportRequested():
            return [f"{EXPORT}{number}"]
    return []


def _superseded(run: Run | None, event: e.CheckRequested) -> list[str]:
    """The messages of earlier requests for the same purpose: nobody waits for those any more."""
    purpose = (event.check, event.wait, event.step)
    pending = run.pending.values() if run else ()
    return [
        key
        for r in pending
        if (r.check, r.wait, r.step) == purpose
        for key in _looks(r.id, r.batch, r.wait)
    ]


def _waits(run: Run | None, step: str) -> list[str]:
    pending = run.pending.values() if run else ()
    return [f"wait/{r.id}" for r in pending if r.wait and r.step == step]


def _looks(request: str, batch: str | None, wait: bool) -> list[str]:  # noqa: FBT001 - a fact's field
    if wait:
        return [f"wait/{request}"]
    return [f"verify/{batch}"] if batch else []


def _turned(run: Run, step: str, event: e.CheckObserved) -> bool:
    """Whether a verdict on a step is news: a change of colour, or its first red.

    What was seen before anyone was on the step says nothing about what they did.
    """
    before, since = run.verdicts.get(event.check), run.steps[step].taken_at
    if event.green:
        return before is not None and not before.green
    return before is None or before.green or (since is not None and before.at < since)


def draw(run: Run, facts: Sequence[e.Fact], key: str) -> Picture:
    """The message with this key, as it should look now; *facts* are all facts of *run*."""
    if key == BOARD:
        return board.draw(run)
    kind, _, which = key.partition("/")
    if kind == "wait":
        return _wait(run, facts, which)
    if kind == "verify":
        return _verify(run, facts, which)
    return _notice(run, facts[int(which) - 1])


def _said(text: str) -> Picture:
    text = cut(text, SECTION_LIMIT)
    return Picture(text, [section(text)])


def _notice(run: Run, fact: e.Fact) -> Picture:
    """What someone should notice: it happened once, and is never edited."""
    event = fact.event
    match event:
        case e.StepFailed():
            what = brief(event.what, _ACCOUNT_SHOWN)
            step = _step(run, event.step)
            return _said(f"❌ {run.id}: step {step} failed · {mention(event.by)}: {what}")
        case e.StepHandedOver():
            who = f"{run.id}: {mention(event.by)} handed step {_step(run, event.step)} to"
            return _said(f"🤝 {who} {mention(event.to)}.")
        case e.StepReturned():
            why = UNFIT[event.why].format(mention(event.whom))
            back = f"step {_step(run, event.step)} is back with {mention(event.to)}"
            told = "" if event.by.id == event.to.id else f" Handed over by {mention(event.by)}."
            return _said(f"↩️ {run.id}: {back}: {why}.{told}")
        case e.RunReopened():
            reason = brief(event.reason, _ACCOUNT_SHOWN)
            return _said(f"🔴 {mention(event.by)} reopened {run.id}: {reason}")
        case e.RunClosed(reasons=reasons) if not reasons:
            return _said(f"🟢 {mention(event.by)} closed {run.id}: recovered, verification green.")
        case e.RunClosed():
            why = "; ".join(brief(r, _WORDS_SHOWN) for r in event.reasons.values())
            return _said(f"🟠 {mention(event.by)} closed {run.id}, not verified: {why}")
        case e.CheckObserved():
            name = _check(run, event.check)
            if event.green:
                return _said(f"🟢 {run.id}: the check is green: {name}")
            why = brief(shortfall(event), _WORDS_SHOWN)
            return _said(f"🔴 {run.id}: the check is red: {name} ({why})")
    raise ValueError(f"{run.id}: fact {fact.seq} has no notice")


def _step(run: Run, step_id: str) -> str:
    placed = run.find(step_id)
    return title(run, placed) if placed else step_id


def _check(run: Run, name: str) -> str:
    return brief(run.words(run.procedure.checks[name].title), TITLE_SHOWN)


def _wait(run: Run, facts: Sequence[e.Fact], request_id: str) -> Picture:
    """The one message of a wait, edited until it ends."""
    request = next(
        f.event
        for f in facts
        if isinstance(f.event, e.CheckRequested) and f.event.request == request_id
    )
    last = _last_look(facts, request_id)
    name = _check(run, request.check)
    bar = ""
    if last and last.advance:
        bar = f"\n{progress_bar(last.advance.now, last.advance.goal)}"
    step = f"{run.id}: step {_step(run, request.step or '')}"
    if last and last.green:
        return _said(f"🟢 {step}: {name}. The wait is over.{bar}")
    why = f"\n{brief(shortfall(last), _WORDS_SHOWN)}" if last else ""
    if last and last.final:
        return _said(
            f"🔴 {step}: not reached ({brief(last.reason or 'red', _WORDS_SHOWN)}). "
            f"Check again from ⋯, or mark the step failed.{bar}{why}"
        )
    if request_id in run.pending:
        return _said(f"⏳ {step}: waiting for “{name}”.{bar}{why}")
    return _said(f"◽ {step}: no longer waiting.{bar}{why}")


def _last_look(facts: Sequence[e.Fact], request_id: str) -> e.CheckObserved | None:
    return next(
        (
            f.event
            for f in reversed(facts)
            if isinstance(f.event, e.CheckObserved) and f.event.request == request_id
        ),
        None,
    )


def _verify(run: Run, facts: Sequence[e.Fact], batch: str) -> Picture:
    """The one message of a verification: each check, each expectation, what was seen."""
    asked = [
        f.event for f in facts if isinstance(f.event, e.CheckRequested) and f.event.batch == batch
    ]
    looks: Mapping[str, e.CheckObserved | None] = {
        request.request: _last_look(facts, request.request) for request in asked
    }
    green = sum(1 for look in looks.values() if look and look.green)
    waiting = [r for r in asked if r.request in run.pending]
    sign = "⏳" if waiting else "🟢" if green == len(asked) else "🔴"
    by = mention(asked[0].by)
    head = f"{sign} {run.id}: verification, asked by {by}: {green} of {len(asked)} checks green"
    blocks: list[Block] = []
    for shown in (_SHOWN, 2, 1, 0):
        lines = [line for r in asked for line in _evidence(run, r, looks[r.request], shown)]
        blocks = [section(head), *sections(lines)]
        if size(blocks) <= board.BUDGET:
            break
    return Picture(head, blocks)


_SHOWN = 6
"""How many expectations of a check are listed; those that did not hold come first."""
_WORDS_SHOWN = 300
_ACCOUNT_SHOWN = 600


_HASH = re.compile(r"\b[0-9a-f]{20,}\b")


def abridged(text: str) -> str:
    """Show a hash as people compare it, by its two ends; the whole of it is in the post-mortem."""
    return _HASH.sub(lambda match: short_hash(match[0]), text)


def _evidence(
    run: Run, request: e.CheckRequested, look: e.CheckObserved | None, shown: int
) -> list[str]:
    name = _check(run, request.check)
    if look is None:
        going = request.request in run.pending
        return [f"{'⏳' if going else '◽'} {name} · {'looking' if going else 'not looked at'}"]
    still = " · looking again" if request.request in run.pending and not look.green else ""
    ended = f" · {brief(look.reason, WORDS_SHOWN)}" if look.reason else ""
    bar = f" · {progress_bar(look.advance.now, look.advance.goal)}" if look.advance else ""
    lines = [f"{'🟢' if look.green else '🔴'} *{name}*{ended}{bar}{still}"]
    told = [s for s in look.seen if not (s.held and s.expectation.startswith("status "))]
    for seen in sorted(told, key=lambda one: one.held)[:shown]:
        where = f"{brief(seen.member, WORDS_SHOWN)}: " if seen.member else ""
        asked, what = brief(seen.expectation, WORDS_SHOWN), span(abridged(seen.seen), 120)
        lines.append(f"{'✓' if seen.held else '✗'} {where}{asked} → {what}")
    if shown and len(told) > shown:
        lines.append(f"… {len(told) - shown} more in the post-mortem")
    return ["\n".join(lines)]
