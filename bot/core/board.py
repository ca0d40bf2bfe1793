"""The board: the one message that is the run, drawn from what is known and nothing else.

What is done is quiet, what is next is open, and the whole stays within Slack's limits, the
undocumented one on the total included. Past the budget it folds, step by step, never the thing
in hand. Nothing here needs a clock: a time is a moment, never an age.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core import markdown
from bot.core.blocks import (
    Block,
    actions,
    button,
    context,
    divider,
    header,
    overflow,
    rich,
    section,
    sections,
    size,
)
from bot.core.closed_board import closed_board, outcome
from bot.core.picture import Picture
from bot.core.procedure import Group, Placed
from bot.core.recovery_board import (
    NAME_SHOWN,
    counted,
    headline,
    is_finished,
    is_over,
    news,
    verification,
    waits_for_a_person,
)
from bot.core.run import Run, State
from bot.core.steps import ended, group_heading, groups_begun, opened, row, standing
from bot.core.text import brief, clock, cut, mention, paging, short_hash, span
from bot.core.wording import say_symptoms

BUDGET = 10_500
"""The largest board, in characters of compact JSON; Slack refuses from about 11,000 on."""
BLOCKS = 50
"""The most blocks that a message may hold."""

_VALUE_SHOWN = 60
_SYMPTOMS_LISTED = 10
_QUIET_ROOM = 1_200
"""How much room the lines of steps take that are in hand but folded, in characters."""


@dataclass(frozen=True, slots=True)
class _Fold:
    """How much is folded away; None means nothing of the kind.

    Counted instead of listed: what is done; of what comes later, all but some rows; of the steps
    in hand, all but some are a row; of the verification, all but some lines. In the end the texts
    of the open step are cut, each to some characters.
    """

    done_counted: bool = False
    later: int | None = None
    open_steps: int | None = None
    verification: int = 20
    cut: int | None = None
    rows: bool = True


_FOLDS = (
    _Fold(),
    _Fold(done_counted=True),
    _Fold(done_counted=True, later=8),
    _Fold(done_counted=True, later=3),
    _Fold(done_counted=True, later=1, open_steps=3),
    _Fold(done_counted=True, later=1, open_steps=1),
    _Fold(done_counted=True, later=1, open_steps=1, verification=8),
    _Fold(done_counted=True, later=1, open_steps=1, verification=8, cut=600),
    _Fold(done_counted=True, later=0, open_steps=1, verification=5, cut=200, rows=False),
    _Fold(done_counted=True, later=0, open_steps=1, verification=1, cut=60, rows=False),
)
"""Each level folds more than the one before; the first that fits is drawn."""
_COUNTED = 2
"""The first level that neither lists all that is done nor all that is to come."""
_LISTED = 500
"""Of more steps than these a list has no room, so none is drawn to find that out."""


def draw(run: Run, *, budget: int = BUDGET) -> Picture:
    """The board of *run*, within *budget* characters and 50 blocks."""
    if run.closed is not None:
        return Picture(sentence(run), closed_board(run, run.closed, _foot(run)))
    blocks: list[Block] = []
    for fold in _FOLDS if len(run.placed) <= _LISTED else _FOLDS[_COUNTED:]:
        blocks = _opened(run, fold)
        if len(blocks) <= BLOCKS and size(blocks) <= budget:
            break
    return Picture(sentence(run), blocks)


def sentence(run: Run) -> str:
    """The board for a notification or a screen reader."""
    if run.closed is not None:
        return f"{brief(run.title, NAME_SHOWN)}: {brief(outcome(run.closed), NAME_SHOWN)}"
    items = run.verification()
    if not items:
        proof = "no verification"
    elif run.closing is not None:
        proof = "closing: looking once more"
    elif all(item.green for item in items):
        proof = "verification passed"
    elif any(item.green is False for item in items):
        proof = "verification failed"
    elif waits_for_a_person(run):
        proof = "waits for a person to confirm"
    else:
        proof = "not yet verified"
    return f"{brief(run.title, NAME_SHOWN)}: {_now(run)}; {proof}"


def _now(run: Run) -> str:
    taken = _in_state(run, State.TAKEN)
    if taken:
        holder = run.steps[taken[0].step.id].holder
        who = f"{mention(holder)} is on it" if holder else "taken"
        return f"step {taken[0].number} of {_total(run)}, {_name(run, taken[0])}: {who}"
    if upcoming := run.next_steps():
        return f"step {upcoming[0].number} is next: {_name(run, upcoming[0])}"
    if failed := [p for p in _in_state(run, State.FAILED) if not run.ruled_out(p)]:
        return f"step {failed[0].number} failed: {_name(run, failed[0])}"
    return f"all {_total(run)} steps finished"


def _in_state(run: Run, state: State) -> list[Placed]:
    return [p for p in run.placed if run.steps[p.step.id].state is state]


def _name(run: Run, placed: Placed) -> str:
    return brief(run.words(placed.step.title), NAME_SHOWN)


def _total(run: Run) -> str:
    return run.placed[-1].number.split(".")[0]


def _opened(run: Run, fold: _Fold) -> list[Block]:
    return [
        header(headline(run)),
        context(_started(run)),
        *news(run),
        context(_progress(run)),
        *_where(run, fold),
        _symptoms(run, fold),
        divider(),
        *_behind(run, fold),
        *_ahead(run, fold),
        divider(),
        *verification(run, fold.verification, hand=fold.cut is None and fold.later is None),
        _foot_buttons(run),
        context(_foot(run)),
    ]


def _started(run: Run) -> str:
    parts = [f"*{run.id}*", f"started {clock(run.started_at)} by {mention(run.started_by)}"]
    others = [mention(p) for p in run.responders if p.id != run.started_by.id]
    if others:
        parts.append("with " + ", ".join(others[:12]))
    given = [f"{name} {span(value, _VALUE_SHOWN)}" for name, value in run.inputs.items() if value]
    parts += given[:6]
    return " · ".join(parts)


def _progress(run: Run) -> str:
    total = len(run.placed)
    share = int(10 * run.finished / total) if total else 10
    bar = "▓" * share + "░" * (10 - share)
    text = f"{bar} {run.finished} of {total} steps"
    items = run.verification()
    if items:
        text += f" · verification: {counted(items)}"
    return text


def _symptoms(run: Run, fold: _Fold) -> Block:
    """How the trouble shows: a list to recognise it by, one line once someone has begun."""
    lines = [run.words(line) for line in say_symptoms(run.procedure)]
    begun = any(step.state is not State.OPEN for step in run.steps.values())
    if begun or len(lines) > _SYMPTOMS_LISTED or fold.cut is not None:
        return context(brief("Symptoms: " + " · ".join(lines), 200))
    return rich(markdown.section(markdown.words("Symptoms", bold=True)), markdown.bullets(lines))


def _where(run: Run, fold: _Fold) -> list[Block]:
    """Where the commands are typed, and how the owner is woken, if the procedure says so."""
    where, owner = run.procedure.where, run.procedure.owner
    parts = [f"Where: {brief(run.words(where), fold.cut or 2 * NAME_SHOWN)}"] if where else []
    parts += [paging(owner)] if owner and owner.page and fold.cut is None else []
    return [context(" · ".join(parts))] if parts else []


def _behind(run: Run, fold: _Fold) -> list[Block]:
    """What is done, in one quiet section; or counted by phase when space is short."""
    behind = [p for p in run.placed if is_finished(run, p)]
    if not behind:
        return []
    if not fold.done_counted or len(behind) == 1:
        return sections(ended(run, placed) for placed in behind)
    phases = Counter(run.words(p.groups[0].title) if p.groups else "" for p in behind)
    alone = phases.pop("", 0)
    told = [f"{brief(name, _VALUE_SHOWN)}: {count}" for name, count in phases.items()]
    if told and alone:
        told.append(f"others: {alone}")
    counted = cut(" · ".join(["", *told]), 1_000)
    last = max(behind, key=lambda p: run.steps[p.step.id].ended_at or run.started_at)
    return [section(f"✅ {len(behind)} steps finished{counted}\n{ended(run, last)}")]


def _ahead(run: Run, fold: _Fold) -> list[Block]:
    """What is in hand or to come: open, as rows, or counted. What failed is not folded away."""
    ahead = [p for p in run.placed if not is_finished(run, p)]
    taken = [p for p in ahead if run.steps[p.step.id].state is State.TAKEN]
    failed = [p for p in ahead if run.steps[p.step.id].state is State.FAILED]
    doubted = [p for p in ahead if run.in_doubt(p)]
    # Nobody walks past a step that failed: it is tried again, or left out with a reason.
    in_hand = [*doubted[:1], *taken] or failed[:1] or run.next_steps()[:1]
    open_now = {p.step.id for p in in_hand[: fold.open_steps]}
    folded = [p for p in ahead if p.step.id not in open_now]
    kept = {p.step.id for p in (*taken, *failed, *doubted)} - open_now
    later = [p.step.id for p in folded if p.step.id not in kept]
    listed = kept.union(later[: fold.later])
    blocks: list[Block] = []
    quiet: list[Placed] = []
    around: tuple[Group, ...] = ()
    for placed in ahead:
        if placed.step.id not in open_now and placed.step.id not in listed:
            continue
        blocks += _headings(run, placed, around, fold)
        around = placed.groups
        if placed.step.id in open_now:
            blocks += opened(run, placed, primary=placed is in_hand[0], cut=fold.cut)
        elif fold.rows:
            blocks.append(row(run, placed))
        else:
            quiet.append(placed)
    # Whoever is on a step, and what failed, come before what is only in doubt.
    quiet.sort(key=run.in_doubt)
    said = _fitting([standing(run, placed) for placed in quiet], _QUIET_ROOM)
    blocks += sections(said)
    if hidden := len(folded) - len(listed) + len(quiet) - len(said):
        show = button("Show", "show", f"{run.id}/", says="Show all steps")
        more = f"… {hidden} more step{'s' if hidden > 1 else ''}"
        blocks.append(section(more, block_id="more", accessory=show))
    return blocks


def _fitting(lines: Sequence[str], room: int) -> list[str]:
    """The first lines that have *room* characters together."""
    said = []
    for line in lines:
        room -= len(line)
        if room < 0:
            break
        said.append(line)
    return said


def _headings(run: Run, placed: Placed, around: tuple[Group, ...], fold: _Fold) -> list[Block]:
    """The groups that begin above a step; when space is short, only the one that it stands in."""
    begun = groups_begun(placed, around)
    shown = begun if fold.cut is None else begun[-1:]
    return [block for depth in shown for block in group_heading(run, placed, depth, fold.cut)]


def _foot_buttons(run: Run) -> Block:
    over = is_over(run)
    has_checks = any(item.check for item in run.verification())
    elements: list[Block] = []
    if has_checks:
        quiet = run.all_green or waits_for_a_person(run)
        loud = "primary" if over and not quiet else None
        elements.append(button("Verify now", "verify", run.id, style=loud))
    if run.closing is None:
        loud = "primary" if over and run.all_green else None
        elements.append(button("Close…", "close", run.id, style=loud))
    menu = [
        ("Show all steps", f"show/{run.id}/"),
        ("Add a note…", f"note/{run.id}/"),
        ("Undo…", f"undo_ask/{run.id}/"),
        ("Post-mortem", f"export/{run.id}/"),
        ("Inputs and people", f"about/{run.id}/"),
    ]
    elements.append(overflow("run_menu", menu))
    return actions("run", *elements)


def _foot(run: Run) -> str:
    facts = "1 fact" if run.seq == 1 else f"{run.seq} facts"
    return f"{run.id} · {facts} · head `{short_hash(run.head)}`"
