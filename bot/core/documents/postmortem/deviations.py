"""Where the run left its procedure, and what is no deviation but worth a reader's eye.

A deviation is no fault: it is where the procedure and the trouble did not meet, so it is where
the procedure can learn. An alternative that was not chosen is none.
"""

from collections.abc import Iterator, Sequence

from bot.core.acting.sentences import item_title, step_title
from bot.core.documents.postmortem.failed_checks import (
    failed_after_done,
    never_checked,
    steps_by_check,
)
from bot.core.documents.postmortem.model import Moment, Story
from bot.core.documents.postmortem.wording import clock
from bot.core.kinds import kind_of
from bot.core.markup.model import Block, Code, Heading, Inline, Strong, Words, bullets
from bot.core.procedure import Placed, check_of
from bot.core.run import events as e
from bot.core.run.expected import missed
from bot.core.run.model import Run, State
from bot.core.run.proof import Item, on_page
from bot.core.run.times import StepLate
from bot.core.text import lasted


def deviations(story: Story) -> Iterator[Block]:
    """The section's body: the deviations, then what else is worth knowing."""
    yield bullets(found(story) or ["None: every step was done in the order of the procedure."])
    if known := list(_worth_knowing(story)):
        yield Heading(3, "No deviation, but worth knowing")
        yield bullets(known)


def found(story: Story) -> list[Inline]:
    """The deviations; each begins with what kind it is of."""
    finders = (_marks, _out_of_order, _waits_by_hand, _late, failed_after_done, _alert, _closings)
    from_log = [(m.fact.seq, line) for find in finders for m, line in find(story)]
    # In the order of the record; what one entry gave several lines for keeps theirs.
    from_log.sort(key=lambda one: one[0])
    return [line for _, line in from_log] + [*_left(story), *never_checked(story)]


_Found = Iterator[tuple[Moment, Inline]]


def _at(story: Story, m: Moment) -> Inline:
    return clock(m.at, story.run.started_at)


def _by(story: Story, m: Moment, person: e.Person) -> Inline:
    return "by ", story.names.of(person), " at ", _at(story, m)


def _marks(story: Story) -> _Found:
    """Steps that were skipped, that failed, and marks that were taken back."""
    for m, event in story.of(e.StepSkipped, e.StepFailed, e.StepUndone):
        step, by = step_title(story.run, event.step), _by(story, m, event.by)
        match event:
            case e.StepSkipped(reason=reason):
                why = story.names.opening(reason)
                yield m, (Strong("Skipped."), " Step ", step, ", ", by, ": ", why)
            case e.StepFailed(what=words):
                why = story.names.opening(words)
                yield m, (Strong("Failed."), " Step ", step, ", marked ", by, ": ", why)
            case _:
                was = m.before.steps[event.step].state if m.before else State.OPEN
                yield m, (Strong("Undone."), " Step ", step, f", which was {was}, ", by, ".")


def _out_of_order(story: Story) -> _Found:
    """Steps that were taken while one before them, in sequence, was not finished."""
    by_check = steps_by_check(story)
    page: Sequence[Placed] = ()
    index: dict[str, int] = {}
    through = 0  # so many steps from the first on are finished
    for m in story.moments:
        event = m.fact.event
        if m.before is None:
            continue
        if m.before.placed is not page:
            # Members were listed: there are steps for each of them now.
            page, through = m.before.placed, 0
            index = {placed.step.id: n for n, placed in enumerate(page)}
        if isinstance(event, e.StepsReopened):
            through = min(through, index[event.first])
        if not isinstance(event, e.StepTaken | e.StepUndone | e.CheckObserved):
            continue
        if isinstance(event, e.CheckObserved):
            # A step whose check fails after all is not finished any more.
            asking = (p for p in by_check.get(event.check, ()) if p.step.id in index)
            doubted = [p for p in asking if m.after.in_doubt(p)]
            through = min([through, *(index[p.step.id] for p in doubted)])
            continue
        here = index[event.step]
        if isinstance(event, e.StepUndone):
            through = min(through, here)
            continue
        placed = page[here]
        while through < here and m.before.is_finished(page[through]):
            through += 1
        passed = [p for p in _before(m.before, placed, through, here) if _ahead(m.before, p)]
        if passed:
            noun = "step" if len(passed) == 1 else "steps"
            were = "was" if len(passed) == 1 else "were"
            numbers = ", ".join(p.number for p in passed)
            passed_by = f", before {noun} {numbers} {were} finished."
            step, by = step_title(story.run, placed.step.id), _by(story, m, event.by)
            yield m, (Strong("Out of order."), " Step ", step, ", taken ", by, passed_by)


def _ahead(run: Run, placed: Placed) -> bool:
    return not run.is_finished(placed) and not run.ruled_out(placed)


def _before(run: Run, placed: Placed, first: int, last: int) -> Iterator[Placed]:
    """The steps from *first* to before *last* that precede *placed* in one sequence with it."""
    for other in run.placed[first:last]:
        # Steps that a failure opens are done before the step that failed is tried again.
        if any(group.fails == other.step.id for group in placed.groups):
            continue
        pairs = zip(other.groups, placed.groups, strict=False)
        common = [mine for mine, yours in pairs if mine.id == yours.id]
        # The innermost group around both says whether their order matters.
        if not common or not (common[-1].any_order or common[-1].one_of):
            yield other


def _waits_by_hand(story: Story) -> _Found:
    for m, event in story.of(e.StepDone):
        by_hand = kind_of(story.place(event.step).step).by_hand
        if by_hand is not None and not event.on_check:
            name, too_early = by_hand
            if check_of(story.place(event.step).step) is None:
                too_early = "before its time was over."
            step, by = step_title(story.run, event.step), _by(story, m, event.by)
            yield m, (Strong(name), " Step ", step, ", marked done ", by, " ", too_early)


def _late(story: Story) -> _Found:
    """Steps that were past their time-outs, and by how much when they ended or changed hands."""
    late: dict[str, tuple[Moment, StepLate]] = {}
    for m in story.moments:
        event = m.fact.event
        if isinstance(event, StepLate):
            late[event.step] = (m, event)
            continue
        for step_id in [one for one in late if _is_over(m, one)]:
            yield _by_how_much(story, *late.pop(step_id), m)
    for first, event in late.values():
        yield _by_how_much(story, first, event, None)


def _is_over(m: Moment, step_id: str) -> bool:
    """Whether a step is not in hand any more after this, or nothing is."""
    return m.after.closed is not None or m.after.steps[step_id].state is not State.TAKEN


def _by_how_much(
    story: Story, first: Moment, event: StepLate, last: Moment | None
) -> tuple[Moment, Inline]:
    step = step_title(story.run, event.step)
    before = first.before.steps[event.step] if first.before else None
    by = "" if before is None or before.holder is None else story.names.of(before.holder)
    held: Inline = (", held by ", by) if by else ""
    if last is None:
        when: Inline = (" since ", clock(event.due, story.run.started_at), ", and still in hand.")
        return first, (Strong("Past its time-out"), when, " Step ", step, held, ".")
    over = f" by {lasted(last.at - event.due)}."
    return first, (Strong("Past its time-out"), over, " Step ", step, held, ".")


def _alert(story: Story) -> _Found:
    """A closing while the alert fired that the run was started from."""
    for m, event in story.of(e.RunClosed):
        alert = None if m.before is None else m.before.alert
        if alert is None or not alert.fires or event.mistake is not None:
            continue
        one = alert.firing
        since = one.since if one is not None else None
        when: Inline = (
            (", which had fired since ", clock(since, story.run.started_at)) if since else ""
        )
        which = one.id if one is not None else alert.id
        yield (
            m,
            (
                Strong("Closed while the alert fired"),
                ", ",
                _by(story, m, event.by),
                ": ",
                which,
                when,
                ".",
            ),
        )


def _closings(story: Story) -> _Found:
    """Closings without green verification, with each reason, and reopenings."""
    for m, event in story.of(e.RunClosed, e.RunReopened):
        by, words = _by(story, m, event.by), story.names.words
        if isinstance(event, e.RunReopened):
            yield m, (Strong("Reopened"), " ", by, ": ", words(event.reason))
            continue
        if event.mistake is not None:
            yield m, (Strong("Started by mistake"), ", ", by, ": ", words(event.mistake))
            continue
        seen = {item.key: item for item in m.before.verification()} if m.before else {}
        for key in on_page(story.run.verification(), event.reasons):
            stood = _stood(m.before, seen[key]) if key in seen else "no verification"
            line = (item_title(story.run, key), " (", stood, "): ", words(event.reasons[key]))
            yield m, (Strong("Closed without proof"), " ", by, ". ", line)


def _stood(run: Run | None, item: Item) -> Inline:
    """How a line stood when the run was closed without it."""
    verdict = run.verdicts.get(item.check or "") if run else None
    if run is None or verdict is None or verdict.green:
        return Words(item.why)
    return "failed, ", missed(verdict.observed, run.procedure)


def _left(story: Story) -> Iterator[Inline]:
    """Steps that had not ended well when the run was closed."""
    if story.run.closed is None:
        return
    for placed in story.run.placed:
        state = story.run.steps[placed.step.id].state
        line = (" when the run was closed. Step ", step_title(story.run, placed.step.id), ".")
        if state is State.TAKEN:
            yield Strong("Not ended"), line
        elif state is State.FAILED and not story.run.ruled_out(placed):
            yield Strong("Left failed"), line
        elif state is State.OPEN and not story.run.ruled_out(placed):
            yield Strong("Not done"), line


def _worth_knowing(story: Story) -> Iterator[Inline]:
    for m in story.moments:
        event = m.fact.event
        match event:
            case e.StepTaken(confirmed=str() as typed):
                step, by = step_title(story.run, event.step), story.names.of(event.by)
                confirmed = (by, " confirmed it at ", _at(story, m), " by typing ", Code(typed))
                yield "Step ", step, " is destructive: ", confirmed, "."
            case e.StepDone(on_check=False) if m.before is not None:
                holder = m.before.steps[event.step].holder
                if holder is not None and holder.id != event.by.id:
                    taken = (" was taken by ", story.names.of(holder))
                    done = (" and marked done ", _by(story, m, event.by), ".")
                    yield "Step ", step_title(story.run, event.step), taken, done
            case e.ValueCorrected() | e.InputCorrected():
                yield from _corrected(story, m, event)
            case _:
                pass


def _corrected(
    story: Story, m: Moment, event: e.ValueCorrected | e.InputCorrected
) -> Iterator[Inline]:
    """What a value was, and what it is."""
    before = m.before.outline.values if m.before else {}
    for name, value in event.values.items():
        was = (", which was ", Code(before[name]), ",") if before.get(name) else ""
        said = Words(story.run.outline.texts.called(name))
        yield said, was, " was corrected to ", Code(value), " ", _by(story, m, event.by), "."
