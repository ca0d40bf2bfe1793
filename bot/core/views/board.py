"""The board: the one message that is the run, drawn from what is known and nothing else.

What is done is quiet, what is next is open, and the whole stays within Slack's limits, the
undocumented one on the total included. Past the budget it folds, step by step, never the thing
in hand. Nothing here needs a clock: a time is a moment, never an age.
"""

from bot.core.acting import alerted, owner_call, stakeholders
from bot.core.acting.asking import in_menu, on_board
from bot.core.acts import close, export, note, show, undo, verify
from bot.core.blockkit import rich_text as markdown
from bot.core.blockkit.blocks import (
    Block,
    actions,
    beside,
    context,
    divider,
    header,
    mrkdwn,
    overflow,
    rich,
    section,
    size,
)
from bot.core.blockkit.picture import BLOCKS as BLOCKS  # noqa: PLC0414 - spoken of here
from bot.core.blockkit.picture import BUDGET as BUDGET  # noqa: PLC0414 - likewise
from bot.core.blockkit.picture import Picture
from bot.core.procedure.paging import paging
from bot.core.run.actor import came
from bot.core.run.model import Run, State
from bot.core.run.outline import Row
from bot.core.run.values import inputs_read
from bot.core.text import brief, clock, mention, run_link, short_hash, span
from bot.core.text import counted as number_of
from bot.core.views.closed_board import closed_board, outcome
from bot.core.views.listing import Fold, finished, folds, listed
from bot.core.views.owners import owner
from bot.core.views.recovery_board import (
    NAME_SHOWN,
    counted,
    graded,
    headline,
    leader,
    news,
    sign,
    verification,
)
from bot.core.views.steps import VALUE_SHOWN
from bot.core.views.wording import say_symptoms

_SYMPTOMS_LISTED = 10


def draw(run: Run, *, budget: int = BUDGET) -> Picture:
    """The board of *run*, within *budget* characters and 50 blocks."""
    if run.closed is not None:
        return Picture(sentence(run), closed_board(run, run.closed, _foot(run)))
    blocks: list[Block] = []
    for fold in folds(run):
        blocks = _opened(run, fold)
        if len(blocks) <= BLOCKS and size(blocks) <= budget:
            break
    return Picture(sentence(run), blocks)


def cautioned(picture: Picture, words: str) -> Picture:
    """A board with a word in front, within as many blocks."""
    return Picture(f"{words} {picture.text}", [section(words), *picture.blocks[: BLOCKS - 1]])


def sentence(run: Run) -> str:
    """The board for a notification or a screen reader."""
    if run.closed is not None:
        return f"{brief(run.title, NAME_SHOWN)}: {brief(outcome(run, run.closed), NAME_SHOWN)}"
    outline, items = run.outline, run.verification()
    if not items:
        proof = "no verification"
    elif run.closing is not None:
        proof = "closing: checking once more"
    elif outline.verification.all_green:
        proof = "verification passed"
    elif any(item.green is False for item in items):
        proof = "verification failed"
    elif outline.waits_for_a_person:
        proof = "waits for a person to confirm"
    elif outline.checks_passed:
        proof = "every check passed, not yet confirmed"
    else:
        proof = "not yet verified"
    return f"{brief(run.title, NAME_SHOWN)}: {_now(run)}; {proof}"


def at_a_glance(run: Run, where: str) -> str:
    """A run in one line, for an answer: its color, its board, how bad it is, how it stands."""
    return f"{sign(run)} {where}{graded(run)} · {sentence(run)}"


def _now(run: Run) -> str:
    if taken := run.outline.in_state(State.TAKEN):
        holder = taken[0].step.holder
        who = f"{mention(holder)} is on it" if holder else "taken"
        return f"step {taken[0].number} of {_total(run)}, {_name(taken[0])}: {who}"
    if upcoming := run.outline.next_steps:
        return f"step {upcoming[0].number} is next: {_name(upcoming[0])}"
    if failed := run.outline.failed:
        row = run.outline.by_id[failed[0].step.id]
        return f"step {row.number} failed: {_name(row)}"
    total = _total(run)
    return "the one step is finished" if total == "1" else f"all {total} steps finished"


def _name(row: Row) -> str:
    return brief(row.title, NAME_SHOWN)


def _total(run: Run) -> str:
    return str(len(run.procedure.steps))


def _opened(run: Run, fold: Fold) -> list[Block]:
    return [
        header(headline(run)),
        _second_line(run),
        *alerted.on_board(run),
        *news(run),
        *leader(run),
        *owner_call.on_board(run),
        *stakeholders.on_board(run),
        context(_progress(run)),
        *_where(run, fold),
        *_found(run),
        _symptoms(run, fold),
        divider(),
        *finished(run, fold),
        *listed(run, fold),
        divider(),
        *verification(run, fold.verification, hand=fold.cut is None and fold.later is None),
        _foot_buttons(run),
        context(_foot(run)),
    ]


def _second_line(run: Run) -> Block:
    """Who started it, when and with what, and whose it is.

    Where it is too long for one line, the owner begins the next, and the dot ends the first.
    """
    whose = owner(run)
    return beside(mrkdwn(_started(run) + (" ·" if whose else "")), *whose)


def _started(run: Run) -> str:
    by = f"{mention(run.started_by)}{came(run.via)}"
    parts = [f"*{run.id}*", f"started {clock(run.started_at)} by {by}"]
    parts += [f"{brief(role, 40)} {mention(who)}" for role, who in [*run.cast.items()][:6]]
    others = [mention(p) for p in run.responders if p.id != run.started_by.id]
    if others:
        parts.append("with " + ", ".join(others[:12]))
    if run.instead_of:
        parts.append(f"in place of {run_link(run.instead_of, run.instead_at)}")
    if run.led_from:
        parts.append(f"from {run_link(run.led_from, run.led_at)}")
    given = [
        f"{name} {span(value, VALUE_SHOWN)}"
        for name, value in inputs_read(run.procedure, run.inputs)
    ]
    parts += given[:6]
    return " · ".join(parts)


def _progress(run: Run) -> str:
    """How far it is; what was skipped, or is not needed, fills no part of the bar."""
    counts = run.outline.counts
    done, skipped, needed = counts.done, counts.skipped, counts.needed
    # Where conditions leave no step, nothing is left to do.
    share = int(10 * done / needed) if needed else 10
    steps = number_of(needed, "step")
    far = f"{done} done, {skipped} skipped, of {steps}" if skipped else f"{done} of {steps} done"
    text = "▓" * share + "░" * (10 - share) + f" {far}"
    if counts.unneeded:
        text += f" · {counts.unneeded} not needed"
    if run.verification():
        text += f" · verification: {counted(run.outline.verification)}"
    return text


def _symptoms(run: Run, fold: Fold) -> Block:
    """How the trouble shows: a list to recognise it by, one line once someone has begun."""
    lines = [run.words(line) for line in say_symptoms(run.procedure)]
    begun = any(step.state is not State.OPEN for step in run.steps.values())
    if begun or len(lines) > _SYMPTOMS_LISTED or fold.cut is not None:
        return context(brief("Symptoms: " + " · ".join(lines), 200))
    return rich(markdown.section(markdown.words("Symptoms", bold=True)), markdown.bullets(lines))


def _where(run: Run, fold: Fold) -> list[Block]:
    """Where the commands are typed, and how the owner is woken, if the procedure says so."""
    where, of = run.procedure.where, run.procedure.owner
    parts = [f"Where: {brief(run.words(where), fold.cut or 2 * NAME_SHOWN)}"] if where else []
    parts += [paging(of)] if of and of.page and fold.cut is None else []
    return [context(" · ".join(parts))] if parts else []


_FOUND_SHOWN = 12
"""How many of the values that steps found the board shows; *Inputs and people* has all."""


def _found(run: Run) -> list[Block]:
    """What steps have found, and where."""
    texts = run.outline.texts
    told = [
        f"{texts.called(name)} {span(value, VALUE_SHOWN)} (step {texts.finds[name].placed.number})"
        for name, value in texts.found.items()
    ]
    return [context(f"Found: {' · '.join(told[:_FOUND_SHOWN])}")] if told else []


def _foot_buttons(run: Run) -> Block:
    outline, proof = run.outline, run.outline.verification
    elements: list[Block] = []
    if proof.checks:
        quiet = proof.all_green or outline.waits_for_a_person
        loud = "primary" if outline.is_over and not quiet else None
        elements.append(on_board(verify.ON_RUN, run, style=loud))
    if run.closing is None:
        loud = "primary" if outline.is_over and proof.all_green else None
        elements.append(on_board(close.ON_RUN, run, style=loud))
    menu = [
        in_menu(show.ON_RUN, run),
        in_menu(note.ON_RUN, run),
        in_menu(undo.ON_RUN, run),
        in_menu(export.ON_RUN, run),
        ("More…", f"more/{run.id}/"),
    ]
    elements.append(overflow("run_menu", menu))
    return actions("run", *elements)


def _foot(run: Run) -> str:
    entries = number_of(run.seq, "entry", "entries")
    return f"{run.id} · {entries} recorded · log hash `{short_hash(run.head)}`"
