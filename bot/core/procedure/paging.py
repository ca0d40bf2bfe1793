"""How the team that looks after a procedure is woken."""

from bot.core.procedure.parts import Owner
from bot.core.text import escape, link


def paging(owner: Owner) -> str:
    """How someone of the owning team is woken: a link where it is an address, else words."""
    if owner.page_url is not None:
        return link(owner.page_url, f"Page {owner.team}")
    return f"Page {escape(owner.team)}: {escape(owner.page or '')}"
