"""What was run: every step of the procedure once, with its whole history and its commands."""

from collections.abc import Callable, Iterator
from functools import partial

from bot.core.acting.answers import said
from bot.core.documents.postmortem.model import Moment, Story
from bot.core.documents.postmortem.wording import SIGNS, clock, did, long_words, who, whole
from bot.core.kinds import kind_of
from bot.core.markup.model import (
    Block,
    Code,
    Heading,
    Inline,
    Items,
    Link,
    Paragraph,
    Words,
    bullets,
)
from bot.core.markup.prose import blocks
from bot.core.procedure import (
    Container,
    Leaf,
    Placed,
    Step,
    approval_of,
    check_of,
    guards,
    say_approval,
)
from bot.core.procedure.kinds.failure import LETTER
from bot.core.procedure.kinds.paper import labeled, otherwise, say_timeout
from bot.core.procedure.saying import say_condition
from bot.core.run import events as e
from bot.core.run.model import Run, State


def what_was_run(story: Story) -> Iterator[Block]:
    """The section's body: a heading for each group and step, in the order of the page."""
    told: set[str] = set()
    for placed in story.run.placed:
        for depth, group in enumerate(placed.groups):
            if group.id not in told:
                told.add(group.id)
                yield _group(story, group, placed.number, depth)
                yield from _beforehand(story.run, group)
        yield from _step(story, placed)
    yield from _former(story)
    if notes := [m for m, note in story.of(e.NoteAdded) if note.step is None]:
        yield _heading(0, "Notes on the whole run")
        yield Items(tuple(_act(story, m) for m in notes))


def _former(story: Story) -> Iterator[Block]:
    """What was done for members that are none any more: in an earlier round they were."""
    gone = [one for one, _ in story.run.former.values() if one.step.id not in story.run.steps]
    told = [(one, list(_history(story, one))) for one in gone]
    if not any(history for _, history in told):
        return
    yield _heading(0, "Steps of earlier rounds, for members that are none any more")
    for one, history in told:
        if history:
            title = Words(story.run.words(one.step.title))
            yield _heading(1, (f"{one.number} · ", title))
            yield Items(tuple(act for _, act in history))


def _heading(depth: int, words: Inline) -> Heading:
    return Heading(3 + depth, words)


def _group(story: Story, group: Container, inner_number: str, depth: int) -> Heading:
    number = ".".join(inner_number.split(".")[: depth + 1])
    manner = ", one of these" if group.one_of else ", in any order" if group.any_order else ""
    for variable, of in (group.for_each or {}).items():
        manner = f", for each {variable} of {of}{manner}"
    title: Inline = Words(story.run.words(group.title))
    if group.answers is not None:
        title = "If “", title, "”"
    elif group.fails is not None:
        title = f"If step {number.removesuffix(LETTER)} fails"
    return _heading(depth, (f"{number} · ", title, manner))


def _beforehand(run: Run, step: Step | Container) -> Iterator[Block]:
    """What people were told before a step or a group: where it is done, warnings, links."""
    words = partial(run.words, step=step.id)
    asked = step.when and say_condition(step.when, run.placed, run.words)
    lines: list[Inline] = [("Only if ", Words(asked))] if asked else []
    lines += [("Role: ", Words(step.role))] if step.role else []
    lines += [("Where: ", Words(words(step.where)))] if step.where else []
    lines += [("Warning: ", Words(words(warning))) for warning in step.warnings]
    lines += [("See: ", Words(words(x.title)), ", ", Words(words(x.url))) for x in step.links]
    if lines:
        yield bullets(lines)


def state_words(story: Story, placed: Placed) -> str:
    """How a step stands at the end of the facts, as a sign and words."""
    step = story.run.steps[placed.step.id]
    if step.state is State.OPEN:
        row = story.run.outline.by_id[placed.step.id]
        if row.spare is not None:
            return f"➖ {row.spare}"
        if row.awaited is not None:
            return f"➖ {row.waits}" if row.unless else "➖ not reached"
        return "⚪ not done"
    if step.state is State.TAKEN:
        return f"{SIGNS[State.TAKEN]} begun, not ended"
    if story.run.in_doubt(placed):
        return "⚠️ done, its check failed"
    if step.answer is not None:
        return f"{SIGNS[step.state]} answered “{said(story.run, placed.step, step.answer)}”"
    return f"{SIGNS[step.state]} {step.state}"


def _step(story: Story, placed: Placed) -> Iterator[Block]:
    step, run = placed.step, story.run
    title, state = Words(run.words(step.title, step.id)), state_words(story, placed)
    yield _heading(len(placed.groups), (f"{placed.number} · ", title, f" · {state}"))
    history = list(_history(story, placed))
    acts = Items(tuple(act for _, act in history))
    yield acts if history else Paragraph("Nobody acted on this step.")
    begun = [m for m, _ in history if isinstance(m.fact.event, _BEGUN)]
    if begun:
        # What was done keeps its values; else it is told as whoever took it last has read it.
        then = run if run.is_finished(placed) else story.at(begun[-1])
        yield from _shown(story, then, step)


_BEGUN = e.StepTaken | e.Decided | e.ApprovalRequested
"""What somebody did to a step who has seen what it says."""


def _shown(story: Story, run: Run, step: Leaf) -> Iterator[Block]:
    """All that the step said to the one who took it, as the *run* was then."""
    words = partial(run.words, step=step.id)
    yield from _beforehand(run, step)
    if step.do is not None:
        yield from _to_do(step.do, words)
    if step.image is not None:
        yield Paragraph(("Picture: ", *_picture(story, step.image)))
    if (asked := approval_of(step)) is not None and not guards(step):
        yield Paragraph(("To be approved by: ", Words(say_approval(asked))))
    yield from kind_of(step).shown(run, step)
    rest = (
        ("Expect", step.expected),
        (otherwise(step.expected, step.advice), step.advice),
        ("Time-out", say_timeout(step.timeout, step.remind)),
        ("Rollback", step.rollback),
    )
    for label, text in rest:
        if text is not None:
            yield Paragraph((labeled(label, ""), Words(words(text))))


def _to_do(text: str, put: Callable[[str], str]) -> Iterator[Block]:
    """What the person does, with its lists, tables and addresses as they are."""
    first, *rest = [*blocks(text, put), Paragraph(())]
    if isinstance(first, Paragraph):
        yield Paragraph(("To do: ", first.words))
    else:
        yield from (Paragraph("To do:"), first)
    yield from rest


def _picture(story: Story, path: str) -> tuple[Inline, ...]:
    """A picture of the procedure, as a link where it is in Slack, with the hash of its bytes."""
    known = story.run.showing.picture(path)
    if known is None or known.sha256 is None:
        return (Words(path),)
    name: Inline = Link(Words(path), known.link) if known.link else Words(path)
    return name, " (SHA-256 ", Code(known.sha256), ")"


_Act = tuple[Block, ...]


def _history(story: Story, placed: Placed) -> Iterator[tuple[Moment, _Act]]:
    """What people did to a step, and what its check showed when it was looked at for the step."""
    red: Moment | None = None
    for m in story.of_steps.get(placed.step.id, ()):
        event = m.fact.event
        if isinstance(event, e.CheckObserved):
            red = None if event.green else m
            yield m, (Paragraph(_looked(story, m)),)
        elif not isinstance(event, e.CheckRequested):
            yield m, _act(story, m)
    if red is not None and (later := _passed_later(story, placed, red)):
        looked = (_looked(story, later), ", for the verification")
        yield later, (Paragraph(looked),)


def _looked(story: Story, m: Moment) -> Inline:
    return clock(m.at, story.run.started_at), " check ", did(story, m, "it")


def _act(story: Story, m: Moment) -> _Act:
    """What somebody did; what they wrote about it whole, in a block where it is long."""
    event = m.fact.event
    at = clock(m.at, story.run.started_at)
    line = Paragraph((at, " ", who(story, event), " ", did(story, m, "it")))
    text = long_words(event)
    return (line,) if text is None else (line, whole(story.names.as_read(text)))


def _passed_later(story: Story, placed: Placed, red: Moment) -> Moment | None:
    """The first look that passed after a step's own last one failed, while it stayed done."""
    if red.after.steps[placed.step.id].state is not State.DONE:
        return None
    looks = story.of(e.CheckObserved)
    name = check_of(placed.step)
    return next(
        (m for m, seen in looks if m.fact.seq > red.fact.seq and seen.check == name and seen.green),
        None,
    )
