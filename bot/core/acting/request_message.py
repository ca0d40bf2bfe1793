"""The messages about an approval: what is asked for and how it stands, and how it ended."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from bot.core.acting.approvals import UNENDED, asked_about, votes
from bot.core.acting.calling import say
from bot.core.acting.declining import lines as declined
from bot.core.acting.naming import by_name
from bot.core.acting.thread import (
    ACCOUNT_SHOWN,
    REASON_SHOWN,
    Scene,
    offering,
    pressed,
    said,
    step_name,
)
from bot.core.blockkit import rich_text as markdown
from bot.core.blockkit.blocks import (
    SECTION_LIMIT,
    Block,
    actions,
    asking_first,
    button,
    context,
    rich,
    section,
)
from bot.core.blockkit.picture import Picture
from bot.core.kinds.controls import (
    APPROVE,
    ASK_APPROVAL,
    DECLINE,
    SHOW_REQUEST,
    TAKE_VOTE_BACK,
    Control,
)
from bot.core.run import events as e
from bot.core.run.asked import Asked, Vote
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.rows import target
from bot.core.text import brief, clock, counted, cut, lasted, mention, shorten

COMMANDS = 8
COMMAND_SHOWN = 600
"""How many commands are read before anything is run, and how much of each."""
TEXTS = 4
"""How many texts of the steps beside them; as much of each."""
_VOTES = 20


def greyed(typed: list[str], *, most: int = COMMANDS, cut_to: int = COMMAND_SHOWN) -> list[Block]:
    """Commands that are to be read, and not to be run yet."""
    if not typed:
        return []
    shown = [markdown.not_to_run(shorten(one, cut_to)) for one in typed[:most]]
    more = f" (the first {most} of {len(typed)})" if len(typed) > most else ""
    return [context(f"🔒 *Not to be run yet*{more}:"), rich(*shown)]


def vote_button(run: Run, row: Row, asked: Asked, control: Control, style: str | None) -> Block:
    """A button of a vote, which names its request."""
    return button(
        control.label,
        control.verb,
        f"{target(run, row)}/{asked.number}",
        style=style,
        says=control.says.format(row.number),
    )


def approve_button(
    run: Run, row: Row, asked: Asked, *, style: str | None = None, seen: bool
) -> Block:
    """The button that approves; where not all that it covers is *seen* beside it, it says so."""
    made = vote_button(run, row, asked, APPROVE, style)
    if seen:
        return made
    many = counted(len(asked.commands), "command")
    return asking_first(
        made,
        f"Approve step {row.number}?",
        f"You approve all that was asked for: {many}, with what the steps say. Not all of it is "
        f"shown here. {SHOW_REQUEST.label}, under the request in the thread or in More…, has "
        "every word.",
        "Approve",
    )


def vote_buttons(run: Run, row: Row, asked: Asked, *, loud: bool, seen: bool) -> list[Block]:
    """What can be said to a request."""
    return [
        approve_button(run, row, asked, style="primary" if loud else None, seen=seen),
        vote_button(run, row, asked, DECLINE, None),
    ]


def numbered(rest: str) -> tuple[str, int]:
    """What a control names, and the number behind it; 0 where there is none."""
    step, _, number = rest.rpartition("/")
    named = re.fullmatch("[0-9]{1,9}", number)
    return (step, int(number)) if named and step else (rest, 0)


def is_short(commands: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether a message has all of it."""
    short = all(len(one) <= COMMAND_SHOWN for one in (*commands, *texts))
    return short and len(commands) <= COMMANDS and len(texts) <= TEXTS


def beside(run: Run, step_id: str, says: Sequence[str]) -> Sequence[str]:
    """What the steps say beside their titles, of the texts of a request."""
    # The first title is the step's own, and the others' are listed.
    titles = {run.words(one.step.title) for one in asked_about(run, step_id)}
    return [one for one in says[1:] if one not in titles]


# The request. -----------------------------------------------------------------------------------


def draw(scene: Scene, event: e.ApprovalRequested) -> Picture:
    """The request: who asks what of whom, what would be run, and how the votes stand."""
    run, row = scene.run, scene.run.outline.by_id[event.step]
    asked = run.asked.get(event.step)
    live = asked if asked is not None and asked.number == scene.number else None
    people = "1 person" if event.min == 1 else f"{event.min} people"
    role = f" (role: {event.role})" if event.role else ""
    until = f", until {clock(event.until, since=run.started_at)}" if event.until else ""
    head = (
        f"🙋 {run.id}: {by_name(run, event.by)} asks {people}{role} to approve step "
        f"{step_name(run, event.step)}{until}."
    )
    head += _called(run, event)
    blocks: list[Block] = [section(cut(head, SECTION_LIMIT)), *_about(run, row)]
    if before := list(declined(run, scene.facts, event)):
        blocks.append(section(cut("\n".join(before), SECTION_LIMIT)))
        head = f"{head} {before[0]}"
    texts = beside(run, event.step, event.says)
    shown = (markdown.rich_text(shorten(one, COMMAND_SHOWN)) for one in texts[:TEXTS])
    blocks += [rich(*elements) for elements in shown if elements]
    blocks += greyed(list(event.commands))
    short = is_short(event.commands, texts)
    if not short:
        blocks.append(context(_left_out(event, texts)))
    told = votes(scene.facts, scene.number)
    blocks.append(context(cut(_standing(scene, event, live, told), SECTION_LIMIT)))
    if scene.offered and live is not None and row.state in UNENDED and not live.lapsed:
        buttons = vote_buttons(run, row, live, loud=live.waits, seen=short)
        if told:
            buttons.append(vote_button(run, row, live, TAKE_VOTE_BACK, None))
        if not short:
            buttons.append(vote_button(run, row, live, SHOW_REQUEST, None))
        blocks.append(actions("votes", *buttons))
    return Picture(head, blocks)


def _left_out(event: e.ApprovalRequested, texts: Sequence[str]) -> str:
    """That a vote covers more than a message has."""
    many = counted(len(event.commands), "command")
    said = f" and {counted(len(texts), 'text')} of the steps" if texts else ""
    return (
        f"⚠️ A vote is for all of it, {many}{said}, and not only for what is shown here: "
        f"*{SHOW_REQUEST.label}* has every word."
    )


def _called(run: Run, event: e.ApprovalRequested) -> str:
    """Those who may vote on it, so that they are notified."""
    if "calls" in event.model_fields_set:
        whom = say(event.groups, event.calls, event.others)
        return f" {whom}" if whom else ""
    # An entry of before names nobody: the procedure's own list does.
    known = run.procedure.roles.get(event.role or "")
    listed = [one for one in known.people if one != event.by.id] if known else []
    return f" {', '.join(mention(e.Person(id=one)) for one in listed[:_VOTES])}" if listed else ""


def _about(run: Run, row: Row) -> list[Block]:
    """Which steps it is about, where that is not the one that asks."""
    if not row.asks:
        return []
    mine = {around.id for around in run.outline.places[row.id].groups}
    sure: list[str] = []
    perhaps: list[str] = []
    for one in asked_about(run, row.id):
        around = (group for group in one.groups if group.id not in mine)
        depends = any(group.fails or group.answers for group in around)
        (perhaps if depends else sure).append(step_name(run, one.step.id))
    told = [f"What comes next: {', '.join(sure)}"] * bool(sure)
    # A vote is for these as well, so they are not kept silent.
    told += [f"Only after a failure or an answer: {', '.join(perhaps)}"] * bool(perhaps)
    return [context(cut(one, SECTION_LIMIT)) for one in told]


def _standing(
    scene: Scene, event: e.ApprovalRequested, live: Asked | None, told: Mapping[str, Vote]
) -> str:
    yes = sum(one.approves for one in told.values())
    lines = [f"*{yes} of {event.min}* approve", *_votes(scene.run, told)]
    if live is None:
        lines.append(f"*This request is over:* {_ended(scene)}. No vote on it counts any more.")
    elif live.lapsed:
        lines.append("*This request is over:* its time was over first.")
    elif any(not one.approves for one in told.values()):
        lines.append("Declined: while that vote stands, it is not approved.")
    elif live.is_approved:
        lines.append("*Approved.*")
    else:
        askers = live.askers.values()
        do = "does" if len(askers) == 1 else "do"
        lines.append(
            f"{', '.join(by_name(scene.run, one) for one in askers)} asked, and so {do} not count."
        )
    return "\n".join(lines)


def _votes(run: Run, told: Mapping[str, Vote]) -> Iterator[str]:
    for one in list(told.values())[:_VOTES]:
        sign, verb = ("✅", "approves") if one.approves else ("⛔", "declines")
        why = f": {brief(one.reason, REASON_SHOWN)}" if one.reason else ""
        at = clock(one.at, since=run.started_at)
        yield f"{sign} {by_name(run, one.by)} {verb}, {at}{known(one)}{why}"
    if (left := len(told) - _VOTES) > 0:
        yield f"… and {left} more"


def known(one: Vote) -> str:
    """In which role someone voted, and how old the knowledge of that was."""
    if one.role is None:
        return ""
    return f" (as {one.role.role}, {source(one)})"


def source(one: Vote) -> str:
    """What knew the role of someone who voted, in words."""
    if one.role is None or one.role.source == "list":
        return "from a list"
    return f"from its user group, {seconds(one.role.age)} before"


def seconds(age: int) -> str:
    """How old something was."""
    return lasted(timedelta(seconds=age))


_ENDED = {
    "corrected": "what it shows was changed",
    "undone": "the step was undone",
    "again": "the step is done in another round",
    "skipped": "the step was skipped",
    "taken_back": "it was taken back",
    "asked": "it was asked for once more",
    "closed": "the run was closed",
}


def _ended(scene: Scene) -> str:
    for fact in scene.facts[scene.number :]:
        event = fact.event
        if isinstance(event, e.ApprovalVoided) and event.request == scene.number:
            return _why(scene.run, event)
    return "another one took its place"


def _why(run: Run, event: e.ApprovalVoided) -> str:
    """What made it void, and who did that."""
    return _ENDED[event.because] + (f" by {by_name(run, event.by)}" if event.by else "")


# Its end. ---------------------------------------------------------------------------------------


def of_end(scene: Scene, event: e.ApprovalVoided) -> Picture:
    """Nobody has approved any more: whoever asked, and who voted, are told by name."""
    run, step = scene.run, step_name(scene.run, event.step)
    why = _why(run, event)
    head = f"♻️ {run.id}: the approval of step {step} counts no more: {why}."
    told = votes(scene.before, event.request)
    words = [head]
    if told:
        # They count on it: who voted may have to vote once more.
        names = ", ".join(mention(one.by) for one in list(told.values())[:_VOTES])
        words.append(f"{names}: your vote on it is void.")
    asker = _asker(scene, event.request)
    if event.because == "closed" and run.closed is not None:
        words.append("If the run is reopened, it is asked for again.")
    elif asker is not None and event.because not in ("asked", "taken_back", "skipped"):
        mine = event.by is not None and event.by.id == asker.id
        whom = by_name(run, asker) if mine else mention(asker)
        words.append(f"{whom}, ask for it again on the board.")
    return said("\n".join(words))


def of_lapse(scene: Scene, event: e.ApprovalLapsed) -> Picture:
    """Whoever asked hears that too few approved in time, and can ask again."""
    run, step = scene.run, step_name(scene.run, event.step)
    told = votes(scene.before, event.request)
    asker = _asker(scene, event.request)
    yes = [one for one in told.values() if one.approves]
    by = f" ({', '.join(by_name(run, one.by) for one in yes[:_VOTES])})" if yes else ""
    whom = f"{mention(asker)}, " if asker is not None else ""
    words = (
        f"⌛ {run.id}: {whom}step {step} was not approved in time: {len(yes)} approved{by}. "
        "Ask again, or skip it with a reason."
    )
    return offering(words, pressed(run, event.step, ASK_APPROVAL)) if scene.offered else said(words)


def of_vote(scene: Scene, event: e.ApprovalVoted) -> Picture:
    """A vote that decided something: enough people approve, or one declined."""
    run, step = scene.run, step_name(scene.run, event.step)
    asker = _asker(scene, event.request)
    whom = f"{mention(asker)}, " if asker is not None else ""
    if not event.approves:
        why = brief(event.reason or "", ACCOUNT_SHOWN)
        return said(
            f"⛔ {run.id}: {whom}{by_name(run, event.by)} declines to approve step {step}: {why}\n"
            "Settle it with them: they can approve it still, or take that vote back. Or somebody "
            "else asks for it."
        )
    return said(approved(scene, event.step, event.request, whom))


def approved(scene: Scene, step_id: str, request: int, whom: str) -> str:
    """That as many approve as were asked for, and what can be done now."""
    run = scene.run
    told = votes(scene.facts[: scene.number], request)
    by = ", ".join(by_name(run, one.by) for one in told.values() if one.approves)
    row = run.outline.by_id[step_id]
    then = "What comes next can be taken now." if row.asks else "It can be taken now."
    return f"✅ {run.id}: {whom}step {step_name(run, step_id)} is approved by {by}. {then}"


def of_withdrawal(scene: Scene, event: e.ApprovalVoteWithdrawn) -> Picture:
    """A vote that was taken back and decided something by that."""
    run, step = scene.run, step_name(scene.run, event.step)
    asker = _asker(scene, event.request)
    whom = f"{mention(asker)}, " if asker is not None else ""
    by, had = by_name(run, event.by), votes(scene.before, event.request).get(event.by.id)
    if _is_over(scene, event):
        return said(
            f"↩️ {run.id}: {whom}{by} took back that they declined step {step}: it can be asked "
            "for again."
        )
    if had is not None and not had.approves:
        return said(approved(scene, event.step, event.request, whom))
    return said(
        f"↩️ {run.id}: {whom}{by} took their vote back: step {step} is not approved any more."
    )


def _is_over(scene: Scene, event: e.ApprovalVoteWithdrawn) -> bool:
    """Whether the request of a vote counted no more when that was taken back."""
    since = (fact.event for fact in scene.before[event.request :])
    return any(
        (isinstance(one, e.ApprovalVoided) and one.request == event.request)
        or (isinstance(one, e.ApprovalRequested) and one.step == event.step)
        for one in since
    )


def _asker(scene: Scene, request: int) -> e.Person | None:
    event = scene.facts[request - 1].event
    return event.by if isinstance(event, e.ApprovalRequested) else None
