"""How the board says whether it is fixed: the first line, and the verification, line by line.

A green line says when it was seen; what was done since is for the reader to hold against it, and
closing looks once more.
"""

from collections.abc import Sequence

from bot.core.acting.erasures import promised
from bot.core.acts import assign
from bot.core.acts import confirm as confirming
from bot.core.blockkit.blocks import Block, button, context, section, sections
from bot.core.procedure import SEVERITIES
from bot.core.run.drills import IS_ONE, SIGN
from bot.core.run.expected import at_start, on_board
from bot.core.run.model import Run
from bot.core.run.outline import Verification
from bot.core.run.proof import Item
from bot.core.run.shift import COMMANDER
from bot.core.run.waits import WORDS_SHOWN, moment, progress_bar
from bot.core.text import brief, briefly, mention, shorten
from bot.core.views.steps import by_hand

NAME_SHOWN = 150
"""How much of a title the board shows, in characters."""
_CONFIRMS_OFFERED = 5


def headline(run: Run) -> str:
    """What it is, how grave, and when all is done and green, what is still to do."""
    name = f"{shorten(run.title, 100)}{graded(run)}"
    return " · ".join([f"{sign(run)} {name}", *_nearly(run)])


def graded(run: Run) -> str:
    """How bad it is said to be, behind the name of a run."""
    return f" · {run.severity}" if run.severity else ""


def sign(run: Run) -> str:
    """The color of a run, wherever it is named: how it ended, or how near it is to that."""
    if run.closed is not None:
        return "🟢" if run.closed.recovered else "🟠"
    return "🟡" if _nearly(run) else "🔴"


def _nearly(run: Run) -> list[str]:
    """What an open run still lacks when its checks have passed, or that it is being closed."""
    if run.closing is not None:
        return ["closing: checking once more …"]
    if run.outline.is_over and run.outline.verification.all_green:
        # Greens of different looks are no proof yet: closing looks once more.
        return [f"{'verified, ' if run.recovered_at else ''}not closed"]
    if run.outline.waits_for_a_person:
        return ["not yet confirmed"]
    if run.outline.checks_passed:
        return ["checks passed, not finished"]
    return []


def news(run: Run) -> list[Block]:
    """What is to be known of the run: it is a drill, is being closed, or was closed once."""
    told = [f"{SIGN} {IS_ONE}"] if run.drill else []
    if (closing := run.closing) is not None:
        told.append(
            f"⏳ {mention(closing.by)} is closing this run: running every check once more, "
            "15 s at most …"
        )
    if (again := run.reopened) is not None:
        why = brief(again.reason, WORDS_SHOWN)
        told.append(f"↩️ Reopened by {mention(again.by)} {moment(run, again.at)}: {why}")
    return [context(line) for line in (*told, *promised(run))]


def leader(run: Run) -> list[Block]:
    """Asks who leads, where it is as bad as can be and nobody does yet."""
    if run.severity != SEVERITIES[0] or COMMANDER in run.cast:
        return []
    take = button("Take command", assign.TAKES_COMMAND, f"{run.id}/")
    return [section(f"🧭 {run.severity}, and nobody leads yet.", accessory=take)]


def counted(proof: Verification) -> str:
    """How many checks have passed, and how many lines a person has confirmed."""
    checks, confirms = proof.checks, proof.confirms
    told = []
    if checks:
        told.append(f"{sum(i.green is True for i in checks)} of {len(checks)} checks passed")
    if confirms:
        told.append(f"{sum(i.green is True for i in confirms)} of {len(confirms)} confirmed")
    return ", ".join(told)


def verification(run: Run, most: int, *, hand: bool) -> list[Block]:
    """Whether it is fixed, in the order of the page; what is red is the last to be folded."""
    items = run.verification()
    if not items:
        return []
    offered = min(_CONFIRMS_OFFERED, most)
    waiting = [item for item in items if item.check is None and not item.green][:offered]
    others = [item for item in items if item not in waiting]
    loudest = sorted(others, key=lambda item: _QUIETNESS[item.green])
    hidden = {item.key: item.green for item in loudest[most:]}
    blocks: list[Block] = []
    lines = ["*Verification*"]
    around: str | None = None
    for item in items:
        if item.key in hidden:
            continue
        lines += group_line(items, item, around)
        around = item.group
        if item in waiting:
            blocks += sections(lines)
            lines = []
            loud = "primary" if run.outline.waits_for_a_person and item is waiting[0] else None
            line, says = confirming.ON_LINE, f"Confirm: {item.title}"
            confirm = button(line.label, line.verb, f"{run.id}/{item.key}", style=loud, says=says)
            blocks.append(section(item_line(run, item), block_id=item.key, accessory=confirm))
        else:
            lines.append(item_line(run, item) + (_by_hand(run, item) if hand else ""))
    if hidden:
        green = sum(green is True for green in hidden.values())
        lines.append(f"… {len(hidden)} more, {green} of them passed")
    return blocks + sections(lines)


_QUIETNESS = {False: 0, None: 1, True: 2}


def group_line(items: Sequence[Item], item: Item, around: str | None) -> list[str]:
    """The line of the group that begins with *item*, after one in the group *around*."""
    if item.group is None or item.group == around:
        return []
    inside = [one for one in items if one.group == item.group]
    passed = sum(one.green is True for one in inside)
    return [f"*{brief(item.group, NAME_SHOWN)}* · {passed} of {len(inside)}"]


def item_line(run: Run, item: Item) -> str:
    """A line of the verification: sign, words, and why or when; of a group, a little to the right.

    A check that passed says what it let pass.
    """
    return (
        f"{_INSIDE if item.group else ''}{_item_line(run, item)}{began(run, item.check, item.why)}"
    )


def began(run: Run, check: str | None, why: str = "") -> str:
    """What the look at the start showed, for beside the last; nothing where there was none.

    *why* is what the last one showed amiss: what is said there is not said again.
    """
    baseline = run.baseline.get(check or "")
    if baseline is None:
        return ""
    whole = on_board(at_start(baseline, run.procedure))
    if why and whole.endswith(why):
        return " · the same at the start"
    if "the same as at the start, " in why:
        return ""
    told = briefly(whole, WORDS_SHOWN)
    return f" · at the start: {told}"


_INSIDE = "\u2003"
"""How far the lines of a group stand to the right."""


def _item_line(run: Run, item: Item) -> str:
    name = brief(item.title, NAME_SHOWN)
    looking = run.outline.looking(item)
    at = moment(run, item.at) if item.at else ""
    if item.green is False:
        still = " · checking again" if looking else ""
        why = briefly(item.why, WORDS_SHOWN)
        return f"🔴 {name} · {why}{_advance(run, item)} · {at}{still}"
    if looking:
        return f"⏳ {name} · checking"
    if item.green is None:
        return f"⚪ {name} · {item.why}"
    who = f"{mention(item.by)} " if item.by else ""
    but = f"{briefly(item.but, WORDS_SHOWN)} · " if item.but else ""
    return f"🟢 {name} · {but}{who}{at}"


def _by_hand(run: Run, item: Item) -> str:
    """How people see for themselves what failed in a line, where there is room for it."""
    if item.green is not False:
        return ""
    check = run.procedure.checks.get(item.check or "")
    said = by_hand(run, check, expected=False) if check else ""
    return f" · {said}" if said else ""


def _advance(run: Run, item: Item) -> str:
    """How far a red line's poll is, if its check counts something."""
    verdict = run.verdicts.get(item.check or "")
    advance = verdict.observed.advance if verdict else None
    return f" · {progress_bar(advance)}" if advance else ""
