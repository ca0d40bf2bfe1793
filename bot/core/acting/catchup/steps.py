"""How its steps stand: what failed, is in hand, was decided and approved, and what comes next."""

from bot.core.acting.answers import said
from bot.core.acting.approvals import stands
from bot.core.acting.catchup.answer import Answer, by_whom, flat, name_of, one_line
from bot.core.acting.owner_call import comes, now
from bot.core.acting.repeating import after_doubt, after_failure
from bot.core.procedure import options_of
from bot.core.run.asked import Asked
from bot.core.run.model import Run, State
from bot.core.run.outline import Row
from bot.core.run.timing import role_of, times_out
from bot.core.run.waits import WORDS_SHOWN, moment
from bot.core.text import counted, escape, lasted, mention


def failed(run: Run) -> Answer:
    """The steps that failed, and those that cannot go on."""
    stuck = run.outline.need.stuck
    marked = [row for row in run.outline.in_state(State.FAILED) if not row.ruled_out]
    held = [row for row in run.outline.rows if row.id in stuck and row not in marked]
    things = [
        f"{name_of(row)}, {by_whom(run, row)}: {flat(row.step.words)}{_owner_called(run, row)}"
        for row in marked
    ]
    things += [f"{name_of(row)} waits for {escape(row.awaited or '')}" for row in held]
    told = [f"{counted(len(marked), 'step')} failed"] if marked else []
    told += [f"{counted(len(held), 'step')} cannot go on"] if held else []
    return one_line(" and ".join(told), things, "No step is marked failed, and none is stuck.")


def _owner_called(run: Run, row: Row) -> str:
    call = row.step.call
    if call is None:
        return ""
    call = now(run, call)
    return f" (the owner was called {moment(run, call.at)}{comes(run, call)})"


def hand(run: Run) -> Answer:
    """The steps that people are on."""
    taken = run.outline.in_state(State.TAKEN)
    head = f"{counted(len(taken), 'step')} {'is' if len(taken) == 1 else 'are'} in hand"
    return one_line(head, [_held(run, row) for row in taken], "Nobody is on a step.")


def _held(run: Run, row: Row) -> str:
    step = row.step
    who = mention(step.holder) if step.holder else "somebody"
    since = f" since {moment(run, step.taken_at)}" if step.taken_at else ""
    late = ""
    if step.late is not None:
        late = f", past its time-out since {moment(run, step.late)}"
    elif (end := times_out(row.leaf, step)) is not None:
        late = f", time-out {moment(run, end)}"
    return f"{name_of(row)}, {who}{since}{late}"


def decided(run: Run) -> Answer:
    """The questions that were answered, and the steps that were skipped."""
    rows = run.outline.rows
    answers = [row for row in rows if row.step.answer is not None]
    skipped = run.outline.in_state(State.SKIPPED)
    things = [
        f"{name_of(row)} “{flat(said(run, row.leaf, row.step.answer))}”, {by_whom(run, row)}"
        + (f" ({why})" if (why := flat(row.step.words)) else "")
        for row in answers
    ]
    things += [
        f"{name_of(row)}: skipped, {by_whom(run, row)}: {flat(row.step.words)}" for row in skipped
    ]
    told = [f"{counted(len(answers), 'question')} answered"] if answers else []
    told += [f"{counted(len(skipped), 'step')} skipped"] if skipped else []
    return one_line(
        " and ".join(told), things, "No question was answered, and no step was skipped."
    )


def approved(run: Run) -> Answer:
    """The requests for approval, and how each stands."""
    rows = [row for row in run.outline.rows if row.asked is not None and row.spare is None]
    things = [_request(run, row, row.asked) for row in rows if row.asked is not None]
    return one_line(
        counted(len(rows), "request") + " for approval",
        things,
        "Nothing was approved, and nothing waits for approval.",
    )


def _request(run: Run, row: Row, asked: Asked) -> str:
    """A request for approval, and how it stands."""
    so_far = stands(asked, run, WORDS_SHOWN).rstrip(". ")
    return f"{name_of(row)} {'waits for ' if asked.waits else ''}{so_far}"


def what_next(run: Run) -> Answer:
    """The steps that come next, and who should do them."""
    if (closed := run.closed) is not None:
        how_long = lasted(closed.at - run.started_at)
        return f"Nothing comes next: the run is closed, after {how_long}.", False
    upcoming = [f"{name_of(row)}, {_who(run, row)}" for row in run.outline.next_steps]
    upcoming += [
        f"{name_of(row)} {after_failure(row.leaf)}, {_who(run, row)}"
        for row in run.outline.in_state(State.FAILED)
        if not upcoming and not row.ruled_out
    ]
    if upcoming:
        return one_line("Next", upcoming, "")
    if taken := run.outline.in_state(State.TAKEN):
        holder = taken[0].step.holder
        who = f"{mention(holder)} finishes" if holder else "somebody finishes"
        return f"Next: {who} {name_of(taken[0])}.", True
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
    if doubtful := [row.leaf for row in run.outline.rows if row.in_doubt]:
        return after_doubt(next((one for one in doubtful if one.danger), doubtful[0]))
    if not run.outline.is_over:
        return "what is in the way of the steps that are left"
    if run.outline.waits_for_a_person:
        return "a person confirms what no check can answer, then anyone closes the run"
    if run.outline.verification.all_green or not run.verification():
        return "anyone closes the run"
    return "anyone verifies, then closes the run"
