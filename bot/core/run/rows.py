"""What a step is called wherever it is drawn, and what its buttons carry."""

from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.waits import TITLE_SHOWN
from bot.core.text import brief


def target(run: Run, row: Row) -> str:
    """The value of a step's buttons."""
    return f"{run.id}/{row.ref}"


def title(row: Row) -> str:
    """A step's number and title, ready for mrkdwn."""
    round_ = f" (round {row.step.round})" if row.step.round > 1 else ""
    return f"*{row.number}* {name(row)}{round_}"


def name(row: Row) -> str:
    """A step's title, ready for mrkdwn."""
    return brief(row.title, TITLE_SHOWN)
