"""How the picture of a step is drawn: as a link on the board, and as itself in the full view."""

from bot.core.blockkit.blocks import Block, context, picture
from bot.core.procedure import Leaf
from bot.core.run.model import Run
from bot.core.text import brief, escape, link

_ERROR_SHOWN = 150


def linked(run: Run, leaf: Leaf) -> list[str]:
    """The picture as a quiet line; nothing until it is in Slack."""
    known = run.showing.picture(leaf.image)
    if known is None:
        return []
    if known.error is not None:
        return [f"🖼️ {escape(known.path)} is not shown: {brief(known.error, _ERROR_SHOWN)}"]
    return [f"🖼️ {link(known.link, known.path)}"] if known.link else []


def shown(run: Run, leaf: Leaf) -> list[Block]:
    """The picture itself."""
    known = run.showing.picture(leaf.image)
    if known is not None and known.file is not None:
        return [picture(known.file, f"{run.words(leaf.title)} ({known.path})")]
    if leaf.image is not None and known is None:
        return [context(f"🖼️ {escape(leaf.image)} is not in Slack yet.")]
    return []
