"""What was run: every step of the procedure once, with its whole history and its commands."""

from collections.abc import Iterator

from bot.core import events as e
from bot.core.outline import check_of
from bot.core.postmortem.markdown import bullets, fence, inline, with_block
from bot.core.postmortem.model import Moment, Story
from bot.core.postmortem.wording import SIGNS, clock, did, long_words, who
from bot.core.procedure import Group, Leaf, Placed, Step, Task
from bot.core.run import State

_DEEPEST = 6


def what_was_run(story: Story) -> str:
    """The section's body: a heading for each group and step, in the order of the page."""
    parts: list[str] = []
    told: set[str] = set()
    for placed in story.run.placed:
        for depth, group in enumerate(placed.groups):
            if group.id not in told:
                told.add(group.id)
                parts.append(_group(story, group, placed.number, depth))
                parts.extend(_beforehand(story, group))
        parts.extend(_step(story, placed))
    if notes := [m for m, note in story.of(e.NoteAdded) if note.step is None]:
        parts += [_heading(0, "Notes on the whole run"), bullets(_act(story, m) for m in notes)]
    return "\n\n".join(parts)


def _heading(depth: int, words: str) -> str:
    return f"{'#' * min(3 + depth, _DEEPEST)} {words}"


def _group(story: Story, group: Group, inner_number: str, depth: int) -> str:
    number = ".".join(inner_number.split(".")[: depth + 1])
    manner = ", one of these" if group.one_of else ", in any order" if group.any_order else ""
    return _heading(depth, f"{number} · {inline(story.run.words(group.title))}{manner}")


def _beforehand(story: Story, step: Step) -> Iterator[str]:
    """What people were told before a step or a group: where it is done, warnings, links."""
    words = story.run.words
    lines = [f"Where: {inline(words(step.where))}"] if step.where else []
    lines += [f"Warning: {inline(words(warning))}" for warning in step.warnings]
    lines += [f"See: {inline(words(link.title))}, {inline(words(link.url))}" for link in step.links]
    if lines:
        yield bullets(lines)


def state_words(story: Story, placed: Placed) -> str:
    """How a step stands at the end of the facts, as a sign and words."""
    step = story.run.steps[placed.step.id]
    if step.state is State.OPEN:
        if story.run.ruled_out(placed):
            return "➖ not chosen"
        return "⚪ not done"
    if step.state is State.TAKEN:
        return f"{SIGNS[State.TAKEN]} begun, not ended"
    if story.run.in_doubt(placed):
        return "⚠️ done, its check failed"
    return f"{SIGNS[step.state]} {step.state}"


def _step(story: Story, placed: Placed) -> Iterator[str]:
    step, run = placed.step, story.run
    title = inline(run.words(step.title))
    yield _heading(len(placed.groups), f"{placed.number} · {title} · {state_words(story, placed)}")
    history = list(_history(story, placed))
    yield bullets(line for _, line in history) if history else "Nobody acted on this step."
    if not any(isinstance(m.fact.event, e.StepTaken) for m, _ in history):
        return
    yield from _shown(story, step)


def _shown(story: Story, step: Leaf) -> Iterator[str]:
    """All that the step said to the one who took it."""
    run = story.run
    yield from _beforehand(story, step)
    if step.do is not None:
        yield f"To do: {inline(run.words(step.do))}"
    if isinstance(step, Task) and step.run:
        yield "Commands of the step, as they were shown:"
        yield fence("\n".join(run.words(command) for command in step.run))
    if step.expected is not None:
        yield f"Expected: {inline(run.words(step.expected))}"
    if step.on_failure is not None:
        yield f"If not: {inline(run.words(step.on_failure))}"
    if step.rollback is not None:
        yield f"Rollback: {inline(run.words(step.rollback))}"


def _history(story: Story, placed: Placed) -> Iterator[tuple[Moment, str]]:
    """What people did to a step, and what its check showed when it was looked at for the step."""
    red: Moment | None = None
    for m in story.of_steps.get(placed.step.id, ()):
        event = m.fact.event
        if isinstance(event, e.CheckObserved):
            red = None if event.green else m
            yield m, _looked(story, m)
        elif not isinstance(event, e.CheckRequested):
            yield m, _act(story, m)
    if red is not None and (later := _passed_later(story, placed, red)):
        yield later, f"{_looked(story, later)}, for the verification"


def _looked(story: Story, m: Moment) -> str:
    return f"{clock(m.at, story.run.started_at)} check {did(story, m, 'it')}"


def _act(story: Story, m: Moment) -> str:
    """What somebody did; what they wrote about it whole, in a block where it is long."""
    event = m.fact.event
    line = f"{clock(m.at, story.run.started_at)} {who(story, event)} {did(story, m, 'it')}"
    text = long_words(event)
    return line if text is None else with_block(line, story.names.as_read(text))


def _passed_later(story: Story, placed: Placed, red: Moment) -> Moment | None:
    """The first look that passed after a step's own last one failed, while it stayed done."""
    if red.after.steps[placed.step.id].state is not State.DONE:
        return None
    looks = story.of(e.CheckObserved)
    name = check_of(placed)
    return next(
        (m for m, seen in looks if m.fact.seq > red.fact.seq and seen.check == name and seen.green),
        None,
    )
