"""The board: the one message that is the run, drawn from what is known and nothing else.

What is done is quiet, what is next is open, and the whole stays within Slack's limits, the
undocumented one on the total included. Past the budget it folds, step by step, never the thing
in hand. Nothing here needs a clock: a time is a moment, never an age.
"""

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
    size,
)
from bot.core.picture import Picture
from bot.core.procedure import Group, Placed
from bot.core.run import Item, Run, State
from bot.core.steps import ended, opened, progress_bar, row, standing
from bot.core.text import clock, escape, mention, shorten

BUDGET = 10_500
"""The largest board, in characters of compact JSON; Slack refuses from about 11,000 on."""
BLOCKS = 50
"""The most blocks that a message may hold."""

_TEXT_LIMIT = 2_900
_REASON_LIMIT = 200


@dataclass(frozen=True, slots=True)
class _Fold:
    """How much is folded away: each level of the table below folds more than the one before."""

    done_counted: bool = False
    later: int | None = None
    open_steps: int | None = None
    rows: bool = True
    cut: int | None = None


_FOLDS = (
    _Fold(),
    _Fold(done_counted=True),
    _Fold(done_counted=True, later=8),
    _Fold(done_counted=True, later=3),
    _Fold(done_counted=True, later=1, open_steps=3),
    _Fold(done_counted=True, later=1, open_steps=1),
    _Fold(done_counted=True, later=1, open_steps=1, cut=600),
    _Fold(done_counted=True, later=0, open_steps=1, rows=False, cut=200),
    _Fold(done_counted=True, later=0, open_steps=1, rows=False, cut=60),
)


def draw(run: Run, *, budget: int = BUDGET) -> Picture:
    """The board of *run*, within *budget* characters and 50 blocks."""
    if run.closed is not None:
        return Picture(sentence(run), _closed(run))
    blocks: list[Block] = []
    for fold in _FOLDS:
        blocks = _opened(run, fold)
        if len(blocks) <= BLOCKS and size(blocks) <= budget:
            break
    return Picture(sentence(run), blocks)


def sentence(run: Run) -> str:
    """The board for a notification or a screen reader."""
    if run.closed is not None:
        return f"{escape(run.title)}: {_outcome(run)}"
    items = run.verification()
    if not items:
        proof = "no verification"
    elif run.recovered:
        proof = "verification green"
    elif any(item.green is False for item in items):
        proof = "verification red"
    else:
        proof = "not yet verified"
    taken = [p for p in run.placed if run.steps[p.step.id].state is State.TAKEN]
    if taken:
        holder = run.steps[taken[0].step.id].holder
        who = f"{mention(holder)} is on it" if holder else "taken"
        now = f"step {taken[0].number} of {_total(run)}, {_short_title(run, taken[0])}: {who}"
    elif upcoming := run.next_steps():
        now = f"step {upcoming[0].number} is next: {_short_title(run, upcoming[0])}"
    else:
        now = f"all {_total(run)} steps are behind us"
    return f"{escape(run.title)}: {now}; {proof}"


def _short_title(run: Run, placed: Placed) -> str:
    return escape(run.words(placed.step.title))


def _total(run: Run) -> str:
    return run.placed[-1].number.split(".")[0]


def _opened(run: Run, fold: _Fold) -> list[Block]:
    severity = f" · {run.procedure.severity}" if run.procedure.severity else ""
    return [
        header(f"🔴 {run.title}{severity}"),
        context(_started(run)),
        context(_progress(run)),
        _symptoms(run),
        divider(),
        *_behind(run, fold),
        *_ahead(run, fold),
        divider(),
        *_verification(run),
        _foot_buttons(run),
        context(_foot(run)),
    ]


def _started(run: Run) -> str:
    parts = [f"*{run.id}*", f"started {clock(run.started_at)} by {mention(run.started_by)}"]
    others = [mention(p) for p in run.responders if p.id != run.started_by.id]
    if others:
        parts.append("with " + ", ".join(others[:12]))
    given = [f"{name} `{escape(value)}`" for name, value in run.inputs.items() if value]
    parts += given[:6]
    return " · ".join(parts)


def _progress(run: Run) -> str:
    total = len(run.placed)
    share = int(10 * run.finished / total) if total else 10
    bar = "▓" * share + "░" * (10 - share)
    text = f"{bar} {run.finished} of {total} steps"
    items = run.verification()
    if items:
        green = sum(1 for item in items if item.green)
        text += f" · verification {green} of {len(items)} green"
    return text


def _symptoms(run: Run) -> Block:
    lines = [
        run.words(s.text) + (f" ({s.alert})" if s.alert else "") for s in run.procedure.symptoms
    ]
    if any(step.state is not State.OPEN for step in run.steps.values()) or len(lines) > 10:  # noqa: PLR2004 - a list that is still read at a glance
        return context(escape(shorten("Symptoms: " + " · ".join(lines), 200)))
    return rich(markdown.section(markdown.words("Symptoms", bold=True)), markdown.bullets(lines))


def _is_behind(run: Run, placed: Placed) -> bool:
    return run.steps[placed.step.id].state in (State.DONE, State.SKIPPED) or run.ruled_out(placed)


def _behind(run: Run, fold: _Fold) -> list[Block]:
    """What is done, in one quiet section; or counted by phase when space is short."""
    behind = [p for p in run.placed if _is_behind(run, p)]
    if not behind:
        return []
    if not fold.done_counted:
        return _sections([ended(run, placed) for placed in behind])
    phases: dict[str, int] = {}
    for placed in behind:
        name = run.words(placed.groups[0].title) if placed.groups else ""
        phases[name] = phases.get(name, 0) + 1
    told = [f"{escape(name) + ': ' if name else ''}{count}" for name, count in phases.items()]
    last = max(behind, key=lambda p: run.steps[p.step.id].ended_at or run.started_at)
    counted = shorten(" · ".join(told), 1_000)
    return [section(f"✅ {len(behind)} steps behind us · {counted}\n{ended(run, last)}")]


def _sections(lines: Sequence[str]) -> list[Block]:
    """Lines as few sections as hold them."""
    texts: list[str] = []
    for line in lines:
        if texts and len(texts[-1]) + 1 + len(line) <= _TEXT_LIMIT:
            texts[-1] += f"\n{line}"
        else:
            texts.append(shorten(line, _TEXT_LIMIT))
    return [section(text) for text in texts]


def _ahead(run: Run, fold: _Fold) -> list[Block]:
    """What is in hand or to come: open, as rows, or counted."""
    ahead = [p for p in run.placed if not _is_behind(run, p)]
    taken = [p for p in ahead if run.steps[p.step.id].state is State.TAKEN]
    upcoming = run.next_steps()
    in_hand = taken or upcoming[:1] or ahead[:1]
    open_now = in_hand if fold.open_steps is None else in_hand[: fold.open_steps]
    shown_open = {p.step.id for p in open_now}
    later = [p for p in ahead if p.step.id not in shown_open and p not in taken]
    listed = {p.step.id for p in (later if fold.later is None else later[: fold.later])}
    blocks: list[Block] = []
    quiet: list[str] = []
    heading: Group | None = None
    loudest = open_now[0] if open_now else None
    for placed in ahead:
        group = placed.groups[-1] if placed.groups else None
        visible = placed.step.id in shown_open or placed in taken or placed.step.id in listed
        if not visible:
            continue
        if group is not None and group is not heading and fold.cut is None:
            blocks.append(context(_heading(run, placed, group)))
        heading = group
        if placed.step.id in shown_open:
            primary = placed is loudest
            blocks += opened(run, placed, primary=primary, cut=fold.cut)
        elif fold.rows:
            blocks.append(row(run, placed))
        else:
            quiet.append(standing(run, placed))
    blocks += _sections(quiet)[:2]
    hidden = len(later) - len(listed)
    if hidden:
        more = f"… {hidden} more step{'s' if hidden > 1 else ''} to come"
        show = button("Show", "show", f"{run.id}/", says="Show all steps")
        blocks.append(section(more, block_id="more", accessory=show))
    return blocks


def _heading(run: Run, placed: Placed, group: Group) -> str:
    number = ".".join(placed.number.split(".")[: len(placed.groups)])
    manner = " · in any order" if group.any_order else " · choose one" if group.one_of else ""
    return f"*{number} {escape(run.words(group.title))}*{manner}"


def _verification(run: Run) -> list[Block]:
    items = run.verification()
    if not items:
        return []
    waiting = [item for item in items if item.check is None and not item.green][:5]
    lines = [item_line(run, item) for item in items if item not in waiting]
    blocks = _sections(["*Verification*", *lines[:20]])
    for item in waiting:
        confirm = button(
            "Confirm", "confirm", f"{run.id}/{item.key}", says=f"Confirm: {item.title}"
        )
        blocks.append(section(item_line(run, item), block_id=item.key, accessory=confirm))
    return blocks


def item_line(run: Run, item: Item) -> str:
    """A line of the verification: sign, words, and why or when."""
    name = escape(shorten(item.title, 150))
    looking = item.check and any(r.check == item.check and not r.step for r in run.pending.values())
    at = clock(item.at) if item.at else ""
    if item.green is False:
        still = " · looking again" if looking else ""
        return f"🔴 {name} · {escape(shorten(item.why, 150))}{_advance(run, item)} · {at}{still}"
    if looking:
        return f"⏳ {name} · looking"
    if item.green is None:
        return f"⚪ {name} · {item.why}"
    who = f"{mention(item.by)} " if item.by else ""
    return f"🟢 {name} · {who}{at}"


def _advance(run: Run, item: Item) -> str:
    """How far a red line's poll is, if its check counts something."""
    verdict = run.verdicts.get(item.check or "")
    advance = verdict.observed.advance if verdict else None
    return f" · {progress_bar(advance.now, advance.goal)}" if advance else ""


def _foot_buttons(run: Run) -> Block:
    over = not any(
        run.steps[p.step.id].state in (State.OPEN, State.TAKEN, State.FAILED)
        for p in run.placed
        if not run.ruled_out(p)
    )
    has_checks = any(item.check for item in run.verification())
    elements: list[Block] = []
    if has_checks:
        loud = "primary" if over and not run.recovered else None
        elements.append(button("Verify now", "verify", run.id, style=loud))
    loud = "primary" if over and run.recovered else None
    elements.append(button("Close…", "close", run.id, style=loud))
    menu = [
        ("Show all steps", f"show/{run.id}/"),
        ("Add a note…", f"note/{run.id}/"),
        ("Undo a mark…", f"undo_ask/{run.id}/"),
        ("Post-mortem", f"export/{run.id}/"),
        ("Inputs and people", f"about/{run.id}/"),
    ]
    elements.append(overflow("run_menu", menu))
    return actions("run", *elements)


def _foot(run: Run) -> str:
    facts = "1 fact" if run.seq == 1 else f"{run.seq} facts"
    return f"{run.id} · {facts} · head `{short_hash(run.head)}`"


def short_hash(head: str) -> str:
    """A hash as people compare it: its first and last characters."""
    return f"{head[:4]}…{head[-4:]}"


def _outcome(run: Run) -> str:
    if run.closed is None:
        return "open"
    if not run.closed.reasons:
        return "recovered"
    reason = next(iter(run.closed.reasons.values()))
    return f"closed, not verified: {escape(shorten(reason, 150))}"


def _closed(run: Run) -> list[Block]:
    """The board of a run that has ended: the outcome, who, how long, and two ways on."""
    if run.closed is None:
        raise ValueError(f"{run.id} is open")
    recovered = not run.closed.reasons
    sign = "🟢" if recovered else "🟠"
    first = "recovered" if recovered else "closed, not verified"
    states = [run.steps[p.step.id].state for p in run.placed]
    counts = [
        f"{states.count(State.DONE)} done",
        *_skips(run),
        *([f"{states.count(State.FAILED)} failed"] if State.FAILED in states else []),
        *([f"{left} not done"] if (left := _left(run)) else []),
    ]
    minutes = max(1, round((run.closed.at - run.started_at).total_seconds() / 60))
    who = ", ".join(mention(p) for p in run.responders[:12])
    when = f"{clock(run.started_at)} – {clock(run.closed.at)} ({minutes} min)"
    lines = [f"*{run.id}* · {when} · {who} · {', '.join(counts)}"]
    times = [item.at for item in run.verification() if item.at]
    if recovered and times:
        lines[0] += f" · verified {clock(max(times))}"
    titles = {item.key: item.title for item in run.verification()}
    for key, reason in list(run.closed.reasons.items())[:12]:
        name = escape(shorten(titles.get(key, "Verification"), 150))
        lines.append(f"🟠 {name} · {escape(shorten(reason, _REASON_LIMIT))}")
    return [
        header(f"{sign} {run.title} · {first}"),
        *_sections(lines),
        actions(
            "run",
            button("Post-mortem", "export", run.id),
            button("Reopen…", "reopen", run.id),
        ),
        context(_foot(run)),
    ]


def _skips(run: Run) -> list[str]:
    skipped = [s for s in run.steps.values() if s.state is State.SKIPPED]
    if not skipped:
        return []
    reason = f" ({escape(shorten(skipped[0].words or '', 60))})" if len(skipped) == 1 else ""
    return [f"{len(skipped)} skipped{reason}"]


def _left(run: Run) -> int:
    return sum(
        run.steps[p.step.id].state in (State.OPEN, State.TAKEN) and not run.ruled_out(p)
        for p in run.placed
    )
