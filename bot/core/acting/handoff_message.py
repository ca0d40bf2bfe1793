"""What the thread is told of a hand-off: who is asked, with a catch-up, and how it ended."""

from bot.core.acting.catchup import blocks as catch_up
from bot.core.acting.shift import roles_of, steps_of
from bot.core.acting.shift import said as told
from bot.core.acting.thread import REASON_SHOWN, Scene, said
from bot.core.blockkit.blocks import actions, button, context, section
from bot.core.blockkit.picture import BLOCKS, Picture
from bot.core.run import events as e
from bot.core.run.shift import (
    HandoffAccepted,
    HandoffDeclined,
    HandoffLapsed,
    HandoffOffered,
    Over,
    RoleAssigned,
)
from bot.core.text import brief, clock, escape, mention


def asking(scene: Scene, event: HandoffOffered) -> Picture:
    """Who is asked sees how the run stands, and answers; then it says how that ended."""
    run = scene.run
    ended = next((f.event for f in scene.facts if _ends(f.event, scene.number)), None)
    by, to = mention(event.by), mention(event.whom)
    if ended is not None:
        return said(f"🤝 {run.id}: {by} asked {to} to take over: {_outcome(ended)}.")
    if run.closed is not None:
        return said(f"🤝 {run.id}: {by} asked {to} to take over, before the run was closed.")
    has = told(steps_of(run, event.by), roles_of(run, event.by)) or "nothing any more"
    until = clock(event.until, since=run.started_at)
    words = (
        f"🤝 {run.id}: {to}, {by} asks you to take over: {has}. You have it once you press "
        f"*Accept*; please answer until {until}."
    )
    number = scene.number
    buttons = [
        button("Accept", "handoff_accept", f"{run.id}/{number}", style="primary"),
        button("Decline…", "handoff_decline", f"{run.id}/{number}"),
        button("Take it back", "handoff_keep", f"{run.id}/{number}"),
    ]
    drawn = [section(words), actions("handoff", *buttons), context("*Catch-up*"), *catch_up(run)]
    return Picture(words, drawn[:BLOCKS])


def _ends(event: e.Event, number: int) -> bool:
    return isinstance(event, Over) and event.request == number


def _outcome(event: e.Event) -> str:
    match event:
        case HandoffAccepted(by=by):
            return f"{mention(by)} accepted"
        case HandoffDeclined(by=by):
            return f"{mention(by)} declined"
        case HandoffLapsed():
            return "no answer in time"
        case _:
            return "taken back"


def _offer_of(scene: Scene, number: int) -> HandoffOffered:
    event = scene.facts[number - 1].event
    if not isinstance(event, HandoffOffered):
        raise TypeError(f"entry {number} of {scene.run.id} offers no hand-off")
    return event


def accepted(scene: Scene, event: HandoffAccepted) -> Picture:
    """The other has it now, which who asked is told by name."""
    run, asked = scene.run, _offer_of(scene, event.request)
    moved = [
        f.event.step
        for f in scene.facts
        if isinstance(f.event, e.StepHandedOver) and f.event.handoff == event.request
    ]
    roles = [
        f.event.role
        for f in scene.facts
        if isinstance(f.event, RoleAssigned) and f.event.handoff == event.request
    ]
    by_id = run.outline.by_id
    has = told([by_id[step] for step in moved if step in by_id], roles)
    what = f"has {has} now" if has else "accepted; there was nothing in hand any more"
    kept = [by_id[step].number for step in event.kept if step in by_id]
    left = f" Yours still: step {', '.join(kept)}, which needs their approval." if kept else ""
    if event.kept_roles:
        names = told([], event.kept_roles)
        left += f" Yours still: {names}, for which they are not named."
    return said(f"🤝 {run.id}: {mention(asked.by)}, {mention(event.by)} {what}.{left}")


def declined(scene: Scene, event: HandoffDeclined) -> Picture:
    """The other does not take it, which who asked is told by name."""
    run, asked = scene.run, _offer_of(scene, event.request)
    why = f": {brief(event.reason, REASON_SHOWN)}" if event.reason else "."
    return said(
        f"🤝 {run.id}: {mention(asked.by)}, {mention(event.by)} does not take over{why} "
        "What you have is still yours."
    )


def lapsed(scene: Scene, event: HandoffLapsed) -> Picture:
    """Nobody answered, which who asked and the role are told."""
    run, asked = scene.run, _offer_of(scene, event.request)
    called = (
        f" {_called(event)}: can you take over? *Take over* is on the board." if event.role else ""
    )
    return said(
        f"⏰ {run.id}: {mention(asked.by)}, {mention(asked.whom)} has not answered for 10 minutes. "
        f"What you have is still yours; ask somebody else.{called}"
    )


def _called(event: HandoffLapsed) -> str:
    role = f"({escape(event.role or '')})"
    return f"<!subteam^{escape(event.group)}> {role}" if event.group else role
