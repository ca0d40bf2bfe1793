"""How steps are drawn that are done for each member: a line for each, and how far it is."""

from collections.abc import Sequence

from bot.core.acts.members import list_button
from bot.core.blockkit.blocks import Block, section
from bot.core.procedure import Container
from bot.core.run.model import Run
from bot.core.run.outline import Heading, Row
from bot.core.run.rows import name as title_of
from bot.core.run.waits import TITLE_SHOWN, WORDS_SHOWN
from bot.core.text import brief, escape


def member_of(row: Row) -> Heading | None:
    """The member that a step is done for, if there is one."""
    return next((heading for heading in row.groups if heading.member), None)


def manner(run: Run, heading: Heading) -> str:
    """For whom the steps of a group are done, and for how many of them that is over."""
    group = heading.group
    if heading.member:
        return f" · {run.outline.members[group.id]}"
    if group.for_each is None:
        return ""
    ((variable, of),) = group.for_each.items()
    if group.id in run.unlisted:
        return f" · for each {variable} of {of}"
    inside = [run.outline.members[one.id] for one in group.steps]
    return f" · for each {variable}: {sum(one.over for one in inside)} of {len(inside)} done"


def amiss(run: Run, group: Container) -> list[Block]:
    """Why the steps of a group have nobody to be done for, and the button that tries it again."""
    trouble = run.unlisted.get(group.id)
    if not trouble or run.closed is not None:
        return []
    words = f"🔴 Nobody to do it for: {brief(escape(trouble), WORDS_SHOWN)}"
    return [section(words, block_id=f"list:{group.id}", accessory=list_button(run, group.id))]


def line(run: Run, member: Heading, row: Row | None) -> str:
    """A member whose steps are folded, in one line: how far they are, and which *row* is next."""
    far = run.outline.members[member.group.id]
    name = f"*{member.number}* {brief(member.title, TITLE_SHOWN)}"
    if not far.needed:
        return f"➖ {name} · not needed"
    told = f"{name} · {far}"
    if row is None:
        return f"✅ {told}"
    sign = "⚠️" if row.leaf.danger else "○"
    first = f" · waits for {escape(row.awaited)}" if row.awaited else ""
    return f"{sign} {told} · next *{row.number}* {title_of(row)}{first}"


def all_over(run: Run, heading: Heading) -> str:
    """A group whose steps are over for each member, in one line."""
    needed = any(run.outline.members[one.id].needed for one in heading.group.steps)
    told = manner(run, heading) if needed else " · not needed"
    return (
        f"{'✅' if needed else '➖'} *{heading.number}* {brief(heading.title, TITLE_SHOWN)}{told}"
    )


def groups_begun(groups: Sequence[Heading], around: Sequence[Heading]) -> list[Heading]:
    """Of the *groups* around a step those that are not *around* the step before it."""
    return [
        heading
        for depth, heading in enumerate(groups)
        if depth >= len(around) or around[depth] is not heading
    ]
