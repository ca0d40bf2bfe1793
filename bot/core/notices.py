"""The messages of a run beside its board, and what each shows.

The thread under the board is for people. The bot speaks there of what someone should notice, and
each such message stands alone when it is read in a notification. Long work is one message that is
edited.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import assert_never

from bot.core import board
from bot.core import events as e
from bot.core.admission import CANNOT_TAKE
from bot.core.blocks import SECTION_LIMIT, Block, actions, button, section, sections, size
from bot.core.effects import BOARD
from bot.core.expected import amiss, is_so, of_status, on_board, shortfall
from bot.core.picture import Picture
from bot.core.proof import Mattering, matters, on_page, purpose
from bot.core.run import Run
from bot.core.steps import title
from bot.core.text import brief, briefly, clock, cut, escape, mention, run_link
from bot.core.waits import TITLE_SHOWN, WORDS_SHOWN, gives_up, progress_bar, what_counts


def draw(run: Run, facts: Sequence[e.Fact], key: str) -> Picture:
    """The message with this key, as it should look now; *facts* are all facts of *run*."""
    if key == BOARD:
        return board.draw(run)
    kind, _, which = key.partition("/")
    if kind == "wait":
        return _wait(run, facts, which)
    if kind == "verify":
        return _verify(run, facts, which)
    return _notice(run, facts, facts[int(which) - 1])


def _said(text: str) -> Picture:
    text = cut(text, SECTION_LIMIT)
    return Picture(text, [section(text)])


def _notice(run: Run, facts: Sequence[e.Fact], fact: e.Fact) -> Picture:
    """What someone should notice: it happened once, and at most loses its buttons."""
    event, offered = fact.event, fact.seq in run.offers.values()
    match event:
        case e.StepFailed():
            what = brief(event.what, _ACCOUNT_SHOWN)
            step = _step(run, event.step)
            return _said(f"❌ {run.id}: step {step} failed · {mention(event.by)}: {what}")
        case e.StepDone():
            step = _step(run, event.step)
            return _said(f"🟢 {run.id}: {mention(event.by)}, step {step} finished. {_next(run)}")
        case e.StepHandedOver():
            return _said(f"🤝 {run.id}: {_handed(run, event)}")
        case e.StepReturned():
            return _said(f"↩️ {run.id}: {_returned(run, event)}")
        case e.RunReopened():
            reason = brief(event.reason, _ACCOUNT_SHOWN)
            return _said(f"🔴 {mention(event.by)} reopened {run.id}: {reason}")
        case e.NoteAdded():
            about = f"step {_step(run, event.step)}" if event.step else "a note"
            return _said(f"📝 {run.id}: {about} · {mention(event.by)}:\n{escape(event.text)}")
        case e.RunKeptOpen():
            return _kept_open(run, facts[: fact.seq - 1], event, offered=offered)
        case e.RunClosed():
            return _said(_closed(run, event))
        case e.CheckObserved():
            return _looked(run, facts[: fact.seq - 1], event, offered=offered)
    raise ValueError(f"{run.id}: entry {fact.seq} has no notice")


def _handed(run: Run, event: e.StepHandedOver) -> str:
    step = _step(run, event.step)
    if event.by.id == event.to.id and event.was is not None:
        return f"{mention(event.by)} took step {step} over from {mention(event.was)}."
    whose = ""
    if event.was is not None and event.was.id != event.by.id:
        whose = f" from {mention(event.was)}"
    return f"{mention(event.by)} handed step {step}{whose} to {mention(event.to)}."


def _returned(run: Run, event: e.StepReturned) -> str:
    why = CANNOT_TAKE[event.why].format(mention(event.whom))
    back = f"step {_step(run, event.step)} is back with {mention(event.to)}"
    told = "" if event.by.id == event.to.id else f" Handed over by {mention(event.by)}."
    return f"{back}: {why}.{told}"


def _next(run: Run) -> str:
    """What comes after a step that ended by itself."""
    if run.closed is not None:
        return "The run is closed."
    if upcoming := run.outline.next_steps:
        return f"Next: step {title(upcoming[0])}."
    return "No step is open any more: *Verify now*, then *Close…*, on the board."


def _looked(run: Run, facts: Sequence[e.Fact], event: e.CheckObserved, *, offered: bool) -> Picture:
    """A look that someone must hear of: a step's check that turned, or a wait that gave up.

    *facts* are those before it; *offered* says that its buttons are of use.
    """
    request = _request(facts, event.request)
    step_id, name = request.step or "", _check(run, event.check)
    step = f"step {_step(run, step_id)}"
    why = briefly(shortfall(event), _WORDS_SHOWN)
    again = button("Check again", "check", f"{run.id}/{step_id}")
    if request.wait:
        ended = brief(event.reason or "it failed", _WORDS_SHOWN)
        holder = next(
            f.event.by if isinstance(f.event, e.StepTaken) else f.event.to
            for f in reversed(facts)
            if isinstance(f.event, e.StepTaken | e.StepHandedOver | e.StepReturned)
            and f.event.step == step_id
        )
        failed = button("Failed…", "fail", f"{run.id}/{step_id}")
        words = f"🔴 {run.id}: {mention(holder)}, {step}: gave up: {ended}. {name}: {why}."
        if not offered:
            return _said(words)
        told = f"{words} The bot has stopped checking: *Check again*, or *Failed…*."
        return _offering(told, again, failed)
    by = f"step {_step(run, step_id)} (done by {mention(request.by)})"
    if event.green:
        now = " now" if _failed_before(facts, event.check, step_id) else ""
        return _said(f"🟢 {run.id}, {by}: the check passed{now}. {name}.")
    words = f"🔴 {run.id}, {by}: the check failed. {name}: {why}."
    if not offered:
        return _said(words)
    return _offering(
        f"{words} Run the step again and press *Check again*, or undo the step (in the record "
        "only).",
        again,
        button("Undo", "undo", f"{run.id}/{step_id}"),
    )


def _failed_before(facts: Sequence[e.Fact], check: str, step: str) -> bool:
    """Whether a check failed since someone took the step: before that, nobody had tried."""
    for fact in reversed(facts):
        event = fact.event
        if isinstance(event, e.CheckObserved) and event.check == check and not event.green:
            return True
        if isinstance(event, e.StepTaken) and event.step == step:
            return False
    return False


def _offering(text: str, *buttons: Block) -> Picture:
    text = cut(text, SECTION_LIMIT)
    return Picture(text, [section(text), actions("next", *buttons)])


def _kept_open(
    run: Run, facts: Sequence[e.Fact], event: e.RunKeptOpen, *, offered: bool
) -> Picture:
    """A run that was to be closed stays open: who asked is told why, and what they can do.

    *facts* are those before it.
    """
    head = f"🔴 {run.id}: {mention(event.by)}, it stays open."
    between = facts[event.after - 1].event if event.after is not None else None
    if between is not None and matters(between):
        return _said(
            f"{head} {_between(run, between)} while the checks were running. "
            "Press *Close…* again when that is finished."
        )
    items = run.verification()
    titles = {item.key: item.title for item in items}
    asked = (f.event.reasons for f in reversed(facts) if isinstance(f.event, e.ClosingRequested))
    reasons = next(asked, {})
    lines: list[str] = []
    for key in on_page(items, event.lacking)[:_LINES_SHOWN]:
        name, why = brief(titles.get(key, key), TITLE_SHOWN), event.lacking[key]
        sign = "🟠" if key in reasons else "🔴" if key.startswith("check:") else "⚪"
        given = " (reason given)" if key in reasons else ""
        lines.append(f"{sign} {name}: {briefly(why, _WORDS_SHOWN)}{given}")
    if left := len(event.lacking) - len(lines):
        lines.append(f"… {left} more, on the board")
    words = "\n".join([f"{head} Checked once more just now:", *lines])
    if not offered:
        return _said(words)
    return _offering(words, button("Close without proof…", "close_anyway", run.id))


def _between(run: Run, event: Mattering) -> str:
    """What came between a closing and its looks."""
    who = mention(event.by)
    match event:
        case e.StepTaken():
            return f"{who} took step {_step(run, event.step)}"
        case e.StepDone():
            return f"{who} finished step {_step(run, event.step)}"
        case e.StepSkipped():
            return f"{who} skipped step {_step(run, event.step)}"
        case e.StepFailed():
            return f"{who} marked as failed step {_step(run, event.step)}"
        case e.StepUndone():
            return f"{who} undid step {_step(run, event.step)}"
        case e.ConfirmationWithdrawn():
            return f"{who} took a confirmation back"
        case e.RunReopened():
            return f"{who} reopened it"
        case _:
            assert_never(event)


def _closed(run: Run, event: e.RunClosed) -> str:
    """How a run was closed, and by whom."""
    head = f"{mention(event.by)} closed {run.id}"
    if event.mistake is not None:
        again = f" In its place: {run_link(event.again, event.again_at)}" if event.again else ""
        return f"🟠 {head}: started by mistake: {brief(event.mistake, _WORDS_SHOWN)}{again}"
    if not event.reasons:
        return f"🟢 {head}: recovered, verification passed."
    keys = on_page(run.verification(), event.reasons)
    # Often one reason is written for all lines.
    why = dict.fromkeys(brief(event.reasons[key], _WORDS_SHOWN) for key in keys)
    return f"🟠 {head}, not verified: {'; '.join(why)}"


def _step(run: Run, step_id: str) -> str:
    row = run.outline.by_id.get(step_id)
    return title(row) if row else step_id


def _check(run: Run, name: str) -> str:
    return brief(run.words(run.procedure.checks[name].title), TITLE_SHOWN)


def _request(facts: Sequence[e.Fact], request_id: str) -> e.CheckRequested:
    return next(
        f.event
        for f in facts
        if isinstance(f.event, e.CheckRequested) and f.event.request == request_id
    )


def _wait(run: Run, facts: Sequence[e.Fact], request_id: str) -> Picture:
    """The one message of a wait, edited until it ends."""
    request = _request(facts, request_id)
    last = _last_look(facts, request_id)
    name = _check(run, request.check)
    step = f"{run.id}: step {_step(run, request.step or '')}"
    bar = ""
    if last and last.advance:
        what = what_counts(run, request.check)
        bar = f"\n{what}{progress_bar(last.advance.now, last.advance.goal)}"
    if _passed(facts, request):
        return _said(f"🟢 {step}: {name}. Step finished.{bar}")
    why = f"\n{briefly(shortfall(last), _WORDS_SHOWN)}" if last else ""
    if last and last.final:
        return _said(
            f"🔴 {step}: gave up: {brief(last.reason or 'it failed', _WORDS_SHOWN)}.{bar}{why}"
        )
    if (going := run.pending.get(request_id)) is not None:
        ends = f" Gives up {clock(gives_up(run, going), since=run.started_at)}."
        return _said(f"⏳ {step}: waiting for “{name}”.{ends}{bar}{why}")
    return _said(f"◽ {step}: wait canceled.{bar}{why}")


def _passed(facts: Sequence[e.Fact], request: e.CheckRequested) -> bool:
    """Whether a wait ended because its check passed, in this look or in one for another reason."""
    later = itertools.dropwhile(lambda fact: fact.event is not request, facts)
    first = next((f.event for f in itertools.islice(later, 1, None) if _ends(f, request)), None)
    return isinstance(first, e.StepDone) and first.on_check


def _ends(fact: e.Fact, wait: e.CheckRequested) -> bool:
    """Whether nobody waits any more: the step ended, the run did, or another look took over."""
    event = fact.event
    if isinstance(event, e.StepDone | e.StepSkipped | e.StepFailed | e.StepGivenBack):
        return event.step == wait.step
    if isinstance(event, e.CheckRequested):
        return purpose(event) == purpose(wait)
    return isinstance(event, e.RunClosed)


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
    passed = f"{green} of {len(asked)} checks passed"
    head = f"{sign} {run.id}: verification requested by {by}: {passed}"
    well = [r for r in asked if (look := looks[r.request]) and look.green]
    others = [r for r in asked if r not in well]
    blocks: list[Block] = []
    for shown in (_SHOWN, 2, 1, 0):
        lines = [line for r in others for line in _evidence(run, r, looks[r.request], shown)]
        if well:
            lines.append("🟢 " + " · ".join(_check(run, r.check) for r in well))
        blocks = [section(head), *sections(lines)]
        if size(blocks) <= board.BUDGET:
            break
    return Picture(head, blocks)


_SHOWN = 6
"""How many expectations of a check are listed; those that did not hold come first."""
_LINES_SHOWN = 12
_WORDS_SHOWN = 300
_ACCOUNT_SHOWN = 600


def _evidence(
    run: Run, request: e.CheckRequested, look: e.CheckObserved | None, shown: int
) -> list[str]:
    name = _check(run, request.check)
    if look is None:
        going = request.request in run.pending
        return [f"{'⏳' if going else '◽'} {name} · {'checking' if going else 'not checked'}"]
    still = " · checking again" if request.request in run.pending else ""
    ended = f" · {brief(look.reason, WORDS_SHOWN)}" if look.reason else ""
    advance = look.advance
    what = what_counts(run, request.check)
    bar = f" · {what}{progress_bar(advance.now, advance.goal)}" if advance else ""
    lines = [f"🔴 *{name}*{ended}{bar}{still}"]
    listed = [s for s in look.seen if not (s.held and of_status(s.expectation))]
    for seen in sorted(listed, key=lambda one: one.held)[:shown]:
        where = f"{brief(seen.member, WORDS_SHOWN)}: " if seen.member else ""
        told = on_board(is_so(seen.expectation) if seen.held else amiss(seen))
        lines.append(f"{'✓' if seen.held else '✗'} {where}{briefly(told, _WORDS_SHOWN)}")
    if shown and len(listed) > shown:
        lines.append(f"… {len(listed) - shown} more in the post-mortem")
    return ["\n".join(lines)]
