"""What the acts on a line of the verification share."""

from bot.core.run.model import Run
from bot.core.run.proof import Item
from bot.core.run.refusals import Refused


def line(run: Run, key: str | None) -> Item:
    """A line that a person can vouch for; raises Refused."""
    item = run.outline.verification.confirm(key)
    if item is None:
        raise Refused(f"{run.id} has no such line. Look at its board.")
    return item
