"""Who looks after the procedure of a run, and how they are reached."""

from bot.core.blockkit.blocks import Block, beside, channel, naming
from bot.core.procedure import Owner
from bot.core.procedure.paging import paging
from bot.core.run.model import Run
from bot.core.text import brief

_OWNER_SHOWN = 60
"""How much of the name of a team the board shows, in characters."""


def owner(run: Run) -> list[Block]:
    """Who looks after the procedure and where they are reached, as the end of a quiet line."""
    of = run.procedure.owner
    return [] if of is None else [naming(f"owner {_reached(of)}", of.slack)]


def _reached(of: Owner) -> str:
    where = f" in {channel(of.slack)}" if of.slack else ""
    return f"{brief(of.team, _OWNER_SHOWN)}{where}"


def whom_to_ask(run: Run) -> list[Block]:
    """Whom to ask when a step does not work, as a quiet line of whole sentences."""
    of = run.procedure.owner
    if of is None:
        return []
    page = f" {paging(of).rstrip('.')}." if of.page else ""
    return [beside(naming(f"Stuck? Ask the owner, {_reached(of)}.{page}", of.slack))]
