"""What the acts on a line of the verification share."""

from bot.core.proof import Item
from bot.core.refusals import Refused
from bot.core.run import Run


def line(run: Run, key: str | None) -> Item:
    """A line that a person can vouch for; raises Refused."""
    item = run.outline.verification.confirm(key)
    if item is None:
        raise Refused(f"{run.id} has no such line. Look at its board.")
    return item
