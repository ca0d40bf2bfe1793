"""The catch-up: how a run stands, in ten sentences, for whoever comes to it late.

Each answers one question by itself, also when the answer is that there is nothing to tell, and
nothing in it is guessed: all of it is the outline's. A time is a moment, never an age, since nobody
redraws it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.core.acting.answers import said
from bot.core.acting.approvals import stands
from bot.core.acting.owner_call import comes, now, what
from bot.core.acting.owner_call import told as owner_told
from bot.core.acting.pins import last
from bot.core.acting.stakeholders import told as stakeholders_told
from bot.core.blockkit.blocks import Block, contexts, section
from bot.core.procedure import options_of
from bot.core.run.actor import came
from bot.core.run.asked import Asked
from bot.core.run.expected import unmet
from bot.core.run.model import Closed, Run, State
from bot.core.run.outline import Row
from bot.core.run.polling import gives_up
from bot.core.run.proof import Verdict, on_page
from bot.core.run.timing import role_of, times_out, waits_until
from bot.core.run.waits import TITLE_SHOWN, WORDS_SHOWN, moment
from bot.core.text import brief, briefly, counted, escape, lasted, mention

About = Literal[
    "fixed", "failed", "red", "hand", "waits", "next", "approved", "decided", "far", "people"
]
"""What a sentence is about."""

ASKED: Mapping[About, str] = {
    "fixed": "Is it fixed?",
    "failed": "Which steps failed, or cannot go on?",
    "red": "Which checks failed?",
    "hand": "What is in hand, by whom, since when?",
    "waits": "What waits for what, until when?",
    "next": "What comes next, and who should do it?",
    "approved": "What was approved, or waits for approval?",
    "decided": "What was decided, and why?",
    "far": "How far are we?",
    "people": "Who is here, and who started it?",
}
"""The question that each sentence answers, in order of weight."""

_ROOM = 900
"""How long one sentence may be about, in characters: ten of them are one message."""
_CALLS = 3
"""How many calls of the owner that are about no step stand below them."""
_TITLE = 150
"""How much of the title of a run one sentence shows."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The answer to one question, as one line of mrkdwn; `tells` is False where nothing is so."""

    about: About
    text: str
    tells: bool


def catch_up(run: Run) -> Sequence[Sentence]:
    """How a run stands: what there is to tell in order of weight, then what is not so."""
    made = [Sentence(about, *answer(run)) for about, answer in _ANSWERS.items()]
    return sorted(made, key=lambda one: not one.tells)


def blocks(run: Run) -> list[Block]:
    """The same, drawn for a form, an answer or a hand-off: what is not so is quiet.

    What people added to the timeline last stands under it: it is no question about the state.
    """
    told = catch_up(run)
    return [
        *(section(one.text) for one in told if one.tells),
        *contexts([*last(run), *_outside(run), *(one.text for one in told if not one.tells)]),
    ]


def _outside(run: Run) -> Iterator[str]:
    """Who was told beside those who are here: the owner of what is no step, and stakeholders."""
    for call in [one for one in run.calls.values() if one.step is None][-_CALLS:]:
        yield f"{owner_told(run, call)} · {what(run, call, plainly=False)}"
    if (update := stakeholders_told(run)) is not None:
        yield update


_Answer = tuple[str, bool]


def _one(head: str, things: Sequence[str], nothing: str) -> _Answer:
    """*head* and as many of the *things* as there is room for; *nothing* where there are none."""
    if not things:
        return nothing, False
    room, shown = _ROOM, list[str]()
    for thing in things:
        room -= len(thing)
        if room < 0 and shown:
            break
        shown.append(thing)
    left = len(things) - len(shown)
    more = f"; and {left} more" if left else ""
    return f"{head}: {'; '.join(shown)}{more}.", True


def _flat(text: str | None, limit: int = WORDS_SHOWN) -> str:
    """Words of somebody's within a sentence: one line, without the point at its end."""
    return brief(" ".join((text or "").split()).rstrip(".;, "), limit)


def _name(row: Row) -> str:
    """A step's number and title, to go on after."""
    round_ = f" (round {row.step.round})" if row.step.round > 1 else ""
    return f"*{row.number}* {_flat(row.title, TITLE_SHOWN)}{round_}"


# Is it fixed? -----------------------------------------------------------------------------------


def _fixed(run: Run) -> _Answer:
    graded = f" ({run.severity})" if run.severity else ""
    name = f"*{run.id}*{graded} {_flat(run.title, _TITLE)}"
    if run.closed is not None:
        return f"{name} {_ended(run, run.closed)}.", True
    if (closing := run.closing) is not None:
        who = mention(closing.by)
        return f"{name} is being closed by {who}: every check is run once more.", True
    proof = run.outline.verification
    if not proof.items:
        return f"{name} is open, and its procedure has no verification to prove a recovery.", True
    if proof.all_green:
        rest = "" if run.outline.is_over else ", and steps are left"
        return f"{name} is not closed yet: its whole verification passed{rest}.", True
    told = []
    if proof.checks:
        told.append(f"{sum(i.green is True for i in proof.checks)} of {_checks(proof.checks)}")
    if proof.confirms:
        confirmed = sum(i.green is True for i in proof.confirms)
        told.append(f"{confirmed} of {counted(len(proof.confirms), 'line')} confirmed")
    return f"{name} is not fixed yet: {', '.join(told)}.", True


def _checks(lines: Sequence[object]) -> str:
    return f"{counted(len(lines), 'check')} passed"


def _ended(run: Run, closed: Closed) -> str:
    by = f"by {mention(closed.by)} {moment(run, closed.at)}"
    if closed.recovered:
        return f"is fixed: it was closed as recovered {by}"
    if closed.mistake is not None:
        return f"was started by mistake, and closed {by}: {_flat(closed.mistake)}"
    keys = on_page(run.verification(), closed.reasons)
    first = _flat(closed.reasons[keys[0]])
    lines = counted(len(keys), "line") + (" was" if len(keys) == 1 else " were")
    return f"was closed {by} and is not proven: {lines} not verified ({first})"


# Steps. -----------------------------------------------------------------------------------------


def _failed(run: Run) -> _Answer:
    stuck = run.outline.need.stuck
    failed = [row for row in run.outline.in_state(State.FAILED) if not row.ruled_out]
    held = [row for row in run.outline.rows if row.id in stuck and row not in failed]
    things = [
        f"{_name(row)}, {_by(run, row)}: {_flat(row.step.words)}{_owner_called(run, row)}"
        for row in failed
    ]
    things += [f"{_name(row)} waits for {escape(row.awaited or '')}" for row in held]
    told = [f"{counted(len(failed), 'step')} failed"] if failed else []
    told += [f"{counted(len(held), 'step')} cannot go on"] if held else []
    return _one(" and ".join(told), things, "No step is marked failed, and none is stuck.")


def _by(run: Run, row: Row) -> str:
    step = row.step
    who = mention(step.ended_by) if step.ended_by else ""
    return f"{who} {moment(run, step.ended_at)}" if step.ended_at else who


def _owner_called(run: Run, row: Row) -> str:
    call = row.step.call
    if call is None:
        return ""
    call = now(run, call)
    return f" (the owner was called {moment(run, call.at)}{comes(run, call)})"


def _hand(run: Run) -> _Answer:
    taken = run.outline.in_state(State.TAKEN)
    head = f"{counted(len(taken), 'step')} {'is' if len(taken) == 1 else 'are'} in hand"
    return _one(head, [_held(run, row) for row in taken], "Nobody is on a step.")


def _held(run: Run, row: Row) -> str:
    step = row.step
    who = mention(step.holder) if step.holder else "somebody"
    since = f" since {moment(run, step.taken_at)}" if step.taken_at else ""
    late = ""
    if step.late is not None:
        late = f", past its time-out since {moment(run, step.late)}"
    elif (end := times_out(row.leaf, step)) is not None:
        late = f", time-out {moment(run, end)}"
    return f"{_name(row)}, {who}{since}{late}"


def _decided(run: Run) -> _Answer:
    rows = run.outline.rows
    answers = [row for row in rows if row.step.answer is not None]
    skipped = run.outline.in_state(State.SKIPPED)
    things = [
        f"{_name(row)} “{_flat(said(run, row.leaf, row.step.answer))}”, {_by(run, row)}"
        + (f" ({why})" if (why := _flat(row.step.words)) else "")
        for row in answers
    ]
    things += [
        f"{_name(row)}: skipped, {_by(run, row)}: {_flat(row.step.words)}" for row in skipped
    ]
    told = [f"{counted(len(answers), 'question')} answered"] if answers else []
    told += [f"{counted(len(skipped), 'step')} skipped"] if skipped else []
    return _one(" and ".join(told), things, "No question was answered, and no step was skipped.")


def _far(run: Run) -> _Answer:
    counts = run.outline.counts
    doubted = len(run.outline.doubted)
    parts = (
        (counts.done, "done"),
        (counts.skipped, "skipped"),
        (counts.unneeded, "not needed"),
        (doubted, "done, but the check failed"),
    )
    told = [f"{number} {what}" for number, what in parts if number]
    steps = counted(counts.total, "step")
    verb = "is" if counts.total == 1 else "are"
    rest = f": {', '.join(told)}" if told else ""
    return f"{counts.finished} of {steps} {verb} finished{rest}.", True


# Checks, and what else takes its time. ----------------------------------------------------------


def _red(run: Run) -> _Answer:
    found: dict[str, str] = {}
    for item in run.verification():
        if item.check is not None and item.green is False and item.at is not None:
            group = f"{_flat(item.group)}: " if item.group else ""
            why = briefly(item.why, WORDS_SHOWN)
            found[item.check] = f"{group}{_flat(item.title)} ({why}, {moment(run, item.at)})"
    for row in run.outline.rows:
        seen = row.verdict
        # What is waited for has not failed; how far it is, is told with the wait.
        if row.check is None or row.check in found or seen is None or seen.green or row.wait:
            continue
        found[row.check] = f"{_check(run, row.check)} ({_seen(run, seen)})"
    head = f"🔴 {counted(len(found), 'check')} failed"
    return _one(head, list(found.values()), "No check stands failed.")


def _seen(run: Run, seen: Verdict) -> str:
    return f"{briefly(unmet(seen.observed, run.procedure), WORDS_SHOWN)}, {moment(run, seen.at)}"


def _check(run: Run, name: str) -> str:
    return _flat(run.words(run.procedure.checks[name].title))


def _waits(run: Run) -> _Answer:
    nothing = "Nothing is being waited for."
    if run.closed is not None:
        return nothing, False
    things = [told for row in run.outline.rows for told in _awaits(run, row)]
    things += [
        f"the bot is checking “{_check(run, name)}”"
        for name in dict.fromkeys(look.check for look in run.pending.values() if not look.wait)
    ]
    if run.outline.waits_for_a_person:
        confirms = run.outline.verification.confirms
        left = [_flat(item.title) for item in confirms if not item.green]
        things += [f"“{line}” waits for a person to confirm it" for line in left]
    return _one("Waiting", things, nothing)


def _awaits(run: Run, row: Row) -> Iterator[str]:
    """What a step waits for, if it waits for anything but its turn."""
    if row.state is State.TAKEN:
        yield from _wait(run, row)
    elif row.asked is not None and row.asked.waits and not row.finished:
        until = f" until {moment(run, row.asked.until)}" if row.asked.until else ""
        yield f"{_name(row)} waits for approval{until}"
    elif row.awaited is not None and not row.behind and row.id not in run.outline.need.stuck:
        # What only an answer or a failure opens waits for nothing that anybody has to bring.
        yield f"{_name(row)} waits for {escape(row.awaited)}"


def _wait(run: Run, row: Row) -> Iterator[str]:
    if (end := waits_until(row.leaf, row.step)) is not None:
        yield f"{_name(row)} until {moment(run, end)}"
    elif (look := row.wait) is not None:
        far = f"{_seen(run, row.verdict)}; " if row.verdict and not row.verdict.green else ""
        ends = f"{far}the bot gives up {moment(run, gives_up(run, look))}"
        yield f"{_name(row)} until “{_check(run, look.check)}” passes ({ends})"


def _next(run: Run) -> _Answer:
    if (closed := run.closed) is not None:
        how_long = lasted(closed.at - run.started_at)
        return f"Nothing comes next: the run is closed, after {how_long}.", False
    upcoming = [f"{_name(row)}, {_who(run, row)}" for row in run.outline.next_steps]
    upcoming += [
        f"{_name(row)} is tried again or skipped, {_who(run, row)}"
        for row in run.outline.in_state(State.FAILED)
        if not upcoming and not row.ruled_out
    ]
    if upcoming:
        return _one("Next", upcoming, "")
    if taken := run.outline.in_state(State.TAKEN):
        holder = taken[0].step.holder
        who = f"{mention(holder)} finishes" if holder else "somebody finishes"
        return f"Next: {who} {_name(taken[0])}.", True
    return f"Next: {_at_the_end(run)}.", True


def _who(run: Run, row: Row) -> str:
    """Who should do a step that nobody is on."""
    if row.unapproved:
        return "once it is approved" if row.asked else "for which approval must be asked first"
    if (role := role_of(run, row.leaf)) is not None:
        return f"for {escape(role)}"
    return "for anyone to answer" if options_of(row.leaf) else "for anyone to take"


def _at_the_end(run: Run) -> str:
    """What comes when no step is open, and nobody is on one."""
    if run.closing is not None:
        return "the bot closes the run, if every check passes once more"
    if any(row.in_doubt for row in run.outline.rows):
        return "a step whose check failed is done again, or checked again"
    if not run.outline.is_over:
        return "what is in the way of the steps that are left"
    if run.outline.waits_for_a_person:
        return "a person confirms what no check can answer, then anyone closes the run"
    if run.outline.verification.all_green or not run.verification():
        return "anyone closes the run"
    return "anyone verifies, then closes the run"


# People. ----------------------------------------------------------------------------------------


def _approved(run: Run) -> _Answer:
    rows = [row for row in run.outline.rows if row.asked is not None and row.spare is None]
    things = [_request(run, row, row.asked) for row in rows if row.asked is not None]
    return _one(
        counted(len(rows), "request") + " for approval",
        things,
        "Nothing was approved, and nothing waits for approval.",
    )


def _request(run: Run, row: Row, asked: Asked) -> str:
    """A request for approval, and how it stands."""
    so_far = stands(asked, run, WORDS_SHOWN).rstrip(". ")
    return f"{_name(row)} {'waits for ' if asked.waits else ''}{so_far}"


def _worked(numbers: Sequence[str]) -> str:
    """The steps that someone was on, by their numbers; nothing where there are none."""
    of = "step" if len(numbers) == 1 else "steps"
    return f" ({of} {', '.join(numbers[:12])})" if numbers else ""


def _people(run: Run) -> _Answer:
    people = [mention(one) + _worked(run.outline.held.get(one.id, ())) for one in run.responders]
    when = f"{moment(run, run.started_at)}{came(run.via)}"
    started = f"{mention(run.started_by)} started it {when}"
    cast = [f"{mention(who)} is {_flat(role, 80)}" for role, who in run.cast.items()]
    started = ", ".join([started, *cast[:6]])
    here = counted(len(people), "person is", "people are")
    return _one(f"{started}, and {here} in it", people, f"{started}.")


_ANSWERS: Mapping[About, Callable[[Run], _Answer]] = {
    "fixed": _fixed,
    "failed": _failed,
    "red": _red,
    "hand": _hand,
    "waits": _waits,
    "next": _next,
    "approved": _approved,
    "decided": _decided,
    "far": _far,
    "people": _people,
}
