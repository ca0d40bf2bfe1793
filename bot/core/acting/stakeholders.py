"""A short word to stakeholders: what is posted, and how it is told of."""

from bot.core.acting.naming import by_name
from bot.core.blockkit.blocks import SECTION_LIMIT, Block, channel, context, section
from bot.core.blockkit.picture import Picture
from bot.core.run.calling import ANSWER_LOST
from bot.core.run.model import Run
from bot.core.run.slack_errors import Class, class_of
from bot.core.run.updates import Update
from bot.core.run.waits import moment
from bot.core.text import cut, escape, mention


def post(run: Run, update: Update) -> Picture:
    """What stands in a channel of stakeholders: how it stands, and who says so.

    Of a run that not everybody may know of, what its author wrote and no more.
    """
    grave = f" ({update.severity})" if update.severity and not run.procedure.private else ""
    by, at = by_name(run, update.by), moment(run, update.at)
    head = f"📣 *{run.id}*{grave}: an update from {by}, {at}"
    words = cut(escape(update.text), SECTION_LIMIT)
    return Picture(f"{head}:\n{words}", [section(head), section(words)])


def where(update: Update) -> str:
    """The channels to which an update goes."""
    return ", ".join(map(channel, update.channels))


def last(run: Run) -> Update | None:
    """The last update."""
    return [*run.updates.values()][-1] if run.updates else None


def told(run: Run) -> str | None:
    """When stakeholders were last told, by whom and where; None if they never were."""
    update = last(run)
    if update is None:
        return None
    missed = ", ".join(map(channel, update.missed))
    lost = f"; it did not arrive in {missed}" if missed else ""
    return (
        f"📣 Stakeholders were last told {moment(run, update.at)} by {mention(update.by)}, in "
        f"{where(update)}{lost}."
    )


def on_board(run: Run) -> list[Block]:
    """The same as a quiet line, if there is anything to tell."""
    said = told(run)
    return [] if said is None else [context(said)]


def why(error: str) -> str:
    """Why an update is not in a channel, and what to do."""
    if error == ANSWER_LOST:
        return (
            "whether it arrived is not known: Slack's answer was lost, and I cannot read that "
            "channel. Look there; if nothing is there, send it again, to that channel alone."
        )
    if class_of(error) is Class.OUTSIDE:
        return "I am not in that channel. Invite me there, and send it again, to that one alone."
    return f"Slack did not take it (`{escape(error)}`)."
