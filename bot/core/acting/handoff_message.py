"""What the thread is told of a hand-off: who is asked, with a catch-up, and how it ended."""

from collections.abc import Sequence

from bot.core.acting.catchup import blocks as catch_up
from bot.core.acting.naming import by_name, quiet
from bot.core.acting.shift import roles_of, steps_of
from bot.core.acting.shift import said as told
from bot.core.acting.thread import REASON_SHOWN, Scene, said
from bot.core.blockkit.blocks import Block, actions, button, context, section
from bot.core.blockkit.picture import BLOCKS, Picture
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.shift import (
    HandoffAccepted,
    HandoffDeclined,
    HandoffLapsed,
    HandoffOffered,
    Over,
    RoleAssigned,
)
from bot.core.text import brief, clock, counted, escape, mention


def asking(scene: Scene, event: HandoffOffered) -> Picture:
    """Who is asked sees how the run stands, and answers; then it says how that ended."""
    run = scene.run
    # Who is asked about several runs is called once, where they and the bot are alone.
    alone = bool(event.others) or event.within is not None
    by = by_name(run, event.by)
    to = by_name(run, event.whom) if alone else mention(event.whom)
    if (how := how_it_ended(run, scene.facts, scene.number)) is not None:
        return said(f"🤝 {run.id}: {by} asked {to} to take over: {how}.")
    has = told(steps_of(run, event.by), roles_of(run, event.by)) or "nothing any more"
    until = clock(event.until, since=run.started_at)
    words = (
        f"🤝 {run.id}: {to}, {by} asks you to take over: {has}. You have it once you press "
        f"*Accept*; please answer until {until}."
    )
    if alone:
        words = (
            f"🤝 {run.id}: {by} asks {to} to take over: {has}. They have it once they press "
            f"*Accept*, here or in the message that they have from me, until {until}."
        )
    keeps = button("Take it back", "handoff_keep", f"{run.id}/{scene.number}")
    buttons = [*answers(run, scene.number, style="primary"), keeps]
    drawn = [section(words), actions("handoff", *buttons), context("*Catch-up*")]
    return Picture(words, [*drawn, *quiet(run, catch_up(run))][:BLOCKS])


def answers(run: Run, number: int, style: str | None = None) -> list[Block]:
    """The buttons with which who is asked answers."""
    return [
        button("Accept", "handoff_accept", f"{run.id}/{number}", style=style),
        button("Decline…", "handoff_decline", f"{run.id}/{number}"),
    ]


def how_it_ended(run: Run, facts: Sequence[e.Fact], number: int) -> str | None:
    """How the hand-off of an entry ended, in words; None while it waits for an answer."""
    ended = next((f.event for f in facts if _ends(f.event, number)), None)
    if ended is not None:
        return _outcome(run, ended)
    return None if run.closed is None else "the run was closed before"


def _ends(event: e.Event, number: int) -> bool:
    return isinstance(event, Over) and event.request == number


def _outcome(run: Run, event: e.Event) -> str:
    match event:
        case HandoffAccepted(by=by):
            return f"{by_name(run, by)} accepted"
        case HandoffDeclined(by=by):
            return f"{by_name(run, by)} declined"
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
    return said(f"🤝 {run.id}: {mention(asked.by)}, {by_name(run, event.by)} {what}.{left}")


def declined(scene: Scene, event: HandoffDeclined) -> Picture:
    """The other does not take it, which who asked is told by name."""
    run, asked = scene.run, _offer_of(scene, event.request)
    why = f": {brief(event.reason, REASON_SHOWN)}" if event.reason else "."
    return said(
        f"🤝 {run.id}: {mention(asked.by)}, {by_name(run, event.by)} does not take over{why} "
        "What you have is still yours."
    )


def lapsed(scene: Scene, event: HandoffLapsed) -> Picture:
    """Nobody answered, which who asked and the role are told."""
    run, asked = scene.run, _offer_of(scene, event.request)
    called = (
        f" {_called(event)}: can you take over? *Take over* is on the board." if event.role else ""
    )
    whom = by_name(run, asked.whom)
    if asked.within is not None:
        # Who asked hears of it once, in the run whose message asked.
        words = f"{whom} has not answered {by_name(run, asked.by)} for 10 minutes."
        return said(f"⏰ {run.id}: {words} Nothing has changed hands.{called}")
    also = f" The same goes for {counted(len(asked.others), 'other run')}." if asked.others else ""
    return said(
        f"⏰ {run.id}: {mention(asked.by)}, {whom} has not answered for 10 minutes. "
        f"What you have is still yours; ask somebody else.{also}{called}"
    )


def _called(event: HandoffLapsed) -> str:
    role = f"({escape(event.role or '')})"
    return f"<!subteam^{escape(event.group)}> {role}" if event.group else role
