"""The Home of one person: what waits for them, the runs that they may see, and what can be started.

It is drawn of runs as they are now, and says when that was: Slack never tells that somebody looks.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.acting.asking import in_menu
from bot.core.acting.intents import Begin
from bot.core.acting.moving import is_waiting, lacks_channel
from bot.core.acting.shift import roles_of, steps_of
from bot.core.acting.shift import said as told
from bot.core.acting.start_form import start_value
from bot.core.acts import about, catch_up, reopen, room, show
from bot.core.blockkit.blocks import (
    Block,
    button,
    context,
    divider,
    header,
    overflow,
    search_input,
    section,
    sections,
    size,
)
from bot.core.procedure import Procedure, options_of, show_duration
from bot.core.run.drills import SIGN
from bot.core.run.events import Person
from bot.core.run.holding import Knows
from bot.core.run.model import Run, State
from bot.core.run.outline import Row
from bot.core.run.rows import title
from bot.core.run.timing import role_of, times_out
from bot.core.run.waits import TITLE_SHOWN, moment
from bot.core.text import brief, counted, dated, escape, mention, run_link
from bot.core.views.answers import offered
from bot.core.views.board import at_a_glance

SEARCH = "home_search"
"""The verb of the field in which procedures are looked for."""
WAITING, RUNS, SHUT, DRILLS, PROCEDURES = 12, 20, 5, 8, 10
"""How many lines of each part a Home has at most."""
BLOCKS = 100
"""The most blocks that a Home may hold."""
LIMIT = 60_000
"""How large a Home may grow, in characters of compact JSON; Slack takes 250 kB."""
WORDS_LIMIT = 200
"""How much may be looked for, in characters."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An open run, the address of its board, where that is known, and who holds its roles."""

    run: Run
    board: str | None
    knows: Knows


@dataclass(frozen=True, slots=True)
class Offer:
    """Procedures to start, each with what is to be known of it; `left` is how many more there are.

    `words` are those that were looked for, if any were.
    """

    procedures: Sequence[tuple[Procedure, str]]
    left: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill that is due; `last` is when the one before it ended, None where there was none.

    It is None as well where that is `hidden` from the one who looks.
    """

    procedure: Procedure
    last: datetime | None
    hidden: bool = False


def draw(
    by: Person,
    runs: Sequence[Placed],
    offer: Offer,
    *,
    more: bool = False,
    drills: Sequence[Drill] = (),
    known: str = "",
    shut: Sequence[Placed] = (),
) -> list[Block]:
    """The Home of someone, without its last line; *more* says that there are more runs.

    *known* is a line on the procedures as a whole, *shut* are closed runs whose boards can be shown
    nowhere.
    """
    blocks: list[Block] = []
    for cut in (1, 2, 4):
        blocks = [
            *_waiting(by, runs, WAITING // cut),
            *_runs(by, runs, RUNS // cut, more=more),
            *_shut(shut, SHUT // cut),
            *_due(drills, DRILLS // cut),
            *_offered(offer, PROCEDURES // cut),
            *([context(known)] if known else ()),
        ]
        if size(blocks) <= LIMIT and len(blocks) < BLOCKS:
            break
    return blocks


def view(blocks: Sequence[Block], at: datetime) -> dict[str, Any]:
    """What Slack shows: the blocks, and as of when they are."""
    as_of = context(
        f"Last drawn: {dated(at)}. It follows for 15 minutes after you open it: open it again for "
        "later."
    )
    return {"type": "home", "private_metadata": json.dumps({}), "blocks": [*blocks, as_of]}


def refused(words: str) -> list[Block]:
    """What is shown to someone for whom there is nothing here."""
    return [section(escape(words))]


# What waits for someone. ------------------------------------------------------------------------


def _waiting(by: Person, runs: Sequence[Placed], most: int) -> list[Block]:
    lines = [f"{_linked(one)} · {line}" for one in runs for line in waits_for(by, one)]
    blocks: list[Block] = [header("Waits for you")]
    if not lines:
        return [*blocks, context("Nothing waits for you.")]
    blocks += sections(lines[:most])
    if left := len(lines[most:]):
        blocks.append(context(f"… {left} more, on the boards"))
    return blocks


def waits_for(by: Person, placed: Placed) -> Iterator[str]:
    """What waits for someone in a run, a line for each: what they have, and what is asked of them.

    A step that comes next waits for those with its role, if they are known to hold it.
    """
    run = placed.run
    if room.ON_RUN.when(run) and by.id == run.started_by.id:
        yield f"⚠️ its board can be shown nowhere: ⋯, *{room.ON_RUN.label}*"
    for one in run.handoffs.values():
        if one.to.id == by.id:
            has = told(steps_of(run, one.by), roles_of(run, one.by)) or "nothing any more"
            until = moment(run, one.until)
            yield f"🤝 {mention(one.by)} asks you to take over, until {until}: {has}"
    following = {row.id for row in run.outline.next_steps}
    for row in run.outline.rows:
        if row.state is State.TAKEN and row.step.holder and row.step.holder.id == by.id:
            yield f"▶️ {title(row)}: you are on it{_until(run, row)}"
        elif _may_vote(by, placed, row):
            yield f"🗳️ {title(row)}: your approval is asked for"
        elif row.id in following and not row.unapproved and _holds(by, placed, row):
            what = "asks you" if options_of(row.leaf) else "is next"
            yield f"○ {title(row)}: {what}, as {escape(role_of(run, row.leaf) or '')}"
    if run.outline.waits_for_a_person and any(one.id == by.id for one in run.responders):
        left = sum(not item.green for item in run.outline.verification.confirms)
        yield f"🟡 {counted(left, 'line')} to confirm, by anyone who knows"


def _until(run: Run, row: Row) -> str:
    if row.step.late is not None:
        return f", ⏰ past its time-out since {moment(run, row.step.late)}"
    since = f" since {moment(run, row.step.taken_at)}" if row.step.taken_at else ""
    end = times_out(row.leaf, row.step)
    return since if end is None else f"{since}, time-out {moment(run, end)}"


def _may_vote(by: Person, placed: Placed, row: Row) -> bool:
    asked = row.asked
    if asked is None or not asked.waits or row.finished or by.id in {asked.by.id, *asked.votes}:
        return False
    procedure = placed.run.procedure
    roles = (asked.role,) if asked.role else placed.knows.kept(procedure, "approve")
    return placed.knows.any_of(procedure, roles, by.id).holds is True


def _holds(by: Person, placed: Placed, row: Row) -> bool:
    role = role_of(placed.run, row.leaf)
    if role is None:
        return False
    known = placed.knows.holding(placed.run.procedure, role, by.id)
    return known.holds is True and known.source != "unnamed"


# Runs. ------------------------------------------------------------------------------------------


def _runs(by: Person, runs: Sequence[Placed], most: int, *, more: bool) -> list[Block]:
    """Those that someone is in, and the others that they may see."""
    mine = [one for one in runs if any(who.id == by.id for who in one.run.responders)]
    others = [one for one in runs if one not in mine]
    blocks: list[Block] = []
    for name, some in (("Runs that you are in", mine), ("Other open runs", others)):
        if not some:
            continue
        blocks += [header(name), *map(_of_run, some[:most])]
        left = len(some) - most
        if left > 0:
            blocks.append(context(f"… {left} more: `status`, written to me, lists them"))
    if not runs:
        blocks += [header("Open runs"), context("No run is open that you can see.")]
    elif more:
        blocks.append(context("There are older open runs: ask in their channels."))
    return blocks


def is_shut(by: Person, run: Run) -> bool:
    """Whether someone was in a run that is over, and whose board can be shown nowhere."""
    mine = any(who.id == by.id for who in run.responders)
    return mine and lacks_channel(run) and reopen.ON_RUN.when(run)


def _shut(runs: Sequence[Placed], most: int) -> list[Block]:
    """Where nobody can press anything on the board, a run is reopened here."""
    if not runs:
        return []
    blocks = [header("Closed, in a channel that is shut"), *map(_of_shut, runs[:most])]
    left = len(runs) - most
    more = f"… {left} more: `{reopen.ON_RUN.verb}` and the run's id, after the command"
    return [*blocks, context(more)] if left > 0 else blocks


def _of_shut(placed: Placed) -> Block:
    run = placed.run
    can = (reopen.ON_RUN, catch_up.ON_RUN, show.ON_RUN)
    words = f"{_linked(placed)} · {brief(run.title, TITLE_SHOWN)} · {_where(run)}"
    if (archived := run.ending.archived) is not None:
        words += f", archived {dated(archived)}"
    lines = [in_menu(one, run) for one in can if one.when(run)]
    return section(words, block_id=f"run:{run.id}", accessory=overflow("run_menu", lines))


def _of_run(placed: Placed) -> Block:
    run = placed.run
    words = f"{at_a_glance(run, _linked(placed))} · {_where(run)}"
    can = [catch_up.ON_RUN, show.ON_RUN, about.ON_RUN]
    can += [room.ON_RUN] if room.ON_RUN.when(run) else []
    lines = (in_menu(one, run) for one in can)
    return section(words, block_id=f"run:{run.id}", accessory=overflow("run_menu", [*lines]))


def _where(run: Run) -> str:
    if run.channel:
        return f"<#{escape(run.channel)}>"
    return "its channel is being made" if is_waiting(run) else "it has no channel"


def _linked(placed: Placed) -> str:
    return f"*{run_link(placed.run.id, placed.board)}*"


# Drills. ----------------------------------------------------------------------------------------


def _due(drills: Sequence[Drill], most: int) -> list[Block]:
    if not drills:
        return []
    blocks = [header("Drills that are due"), *map(_of_drill, drills[:most])]
    left = len(drills) - most
    return [*blocks, context(f"… {left} more")] if left > 0 else blocks


def _of_drill(drill: Drill) -> Block:
    procedure = drill.procedure
    every = procedure.drill_every
    last = "never drilled" if drill.last is None else f"the last ended {dated(drill.last)}"
    wanted = "" if every is None else f"one is wanted every {show_duration(every)}"
    when = ", and ".join(filter(None, ["" if drill.hidden else last, wanted]))
    begin = Begin(procedure.id, ask=bool(procedure.inputs), drill=True)
    start = button(
        "Start drill…" if procedure.inputs else "Start drill",
        "start",
        start_value(begin),
        says=f"Start a drill of {procedure.title}",
    )
    words = f"{SIGN} *{escape(procedure.title)}* · `{procedure.id}` · {when}"
    return section(words, block_id=f"drill:{procedure.id}", accessory=start)


# Procedures. ------------------------------------------------------------------------------------


def _offered(offer: Offer, most: int) -> list[Block]:
    """A field to look for procedures, and those that were found, or the first of all."""
    blocks: list[Block] = [divider(), header("Procedures"), _field()]
    shown = offer.procedures[:most]
    left = offer.left + len(offer.procedures) - len(shown)
    if offer.words:
        found = counted(len(shown) + left, "procedure")
        blocks.append(context(f"{found} for “{brief(offer.words, 80)}”"))
    elif not shown:
        blocks.append(context("There are no procedures yet."))
    blocks += [offered(procedure, mark) for procedure, mark in shown]
    if left > 0:
        blocks.append(context(f"… {left} more: look for them by words"))
    return blocks


def _field() -> Block:
    hint = "What you see: leaked key, no space left …"
    return search_input(SEARCH, "Search", hint=hint, limit=WORDS_LIMIT)
