"""How the approval of a step is drawn on the board: how far it is, and what can be pressed."""

from bot.core.acting.approvals import stands
from bot.core.acting.request_message import beside, greyed, is_short, vote_buttons
from bot.core.acts.ask_approval import can_be_asked
from bot.core.blockkit.blocks import Block, button
from bot.core.kinds.controls import ASK_APPROVAL
from bot.core.procedure import commands, say_approval
from bot.core.run.model import Run, State
from bot.core.run.outline import Row
from bot.core.run.rows import target
from bot.core.run.waits import WORDS_SHOWN, moment
from bot.core.text import escape


def approved(run: Run, row: Row) -> str:
    """Who approved, and when the last of them did."""
    who = stands(row.asked, run, WORDS_SHOWN) if row.asked else "approved"
    return f"{who} {moment(run, row.step.ended_at)}" if row.step.ended_at else who


def approval(run: Run, row: Row) -> str:
    """How the approval of an open step stands, behind its title."""
    if row.approval is None or row.awaited is not None:
        return ""
    if row.asked is None:
        return f" · not approved yet: {row.approval.min} needed"
    return f" · {stands(row.asked, run, WORDS_SHOWN)}"


def by_whom(row: Row) -> list[str]:
    """Who must approve a step that nobody has begun, while they have not."""
    if row.approval is None or not row.unapproved or row.state not in (State.OPEN, State.FAILED):
        return []
    return [f"Approved by {escape(say_approval(row.approval))}"]


def to_be_approved(run: Run, row: Row, cut_to: int) -> list[Block]:
    """What would be run, to be read and not to be copied.

    A step that only asks shows what is asked about, while that can be approved or declined.
    """
    if not row.asks:
        return greyed(list(map(run.command, commands(row.leaf))), cut_to=cut_to)
    asked = row.asked
    return [] if asked is None or asked.lapsed else greyed(list(asked.commands), cut_to=cut_to)


def agreeing(run: Run, row: Row, *, primary: bool, whole: bool) -> list[Block]:
    """What can be pressed about an approval: it is asked for, or voted on.

    *whole* says that the step is shown in full beside it.
    """
    if row.asked is None or can_be_asked(row):
        return [
            button(
                ASK_APPROVAL.label,
                ASK_APPROVAL.verb,
                target(run, row),
                style="primary" if primary else None,
                says=ASK_APPROVAL.says.format(row.number),
            )
        ]
    texts = beside(run, row.id, row.asked.words)
    seen = whole and not row.asks and is_short(row.asked.commands, texts)
    return vote_buttons(run, row, row.asked, loud=primary, seen=seen)
