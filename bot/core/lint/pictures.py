"""Rules over pictures: one that a step shows is there, and one within words can be opened.

What is on the disk is told by whoever looks: nothing here reads a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.core.lint.references import walk
from bot.core.procedure import Procedure
from bot.core.procedure.finding import Finding, quoted

Look = Callable[[str], str | None]
"""Why a picture at a path from the file cannot be shown, in words; None when it can."""

_IN_WORDS = re.compile(r"!\[[^\]\n]*\]\(<?([^)\s>]+)")
_WEB = re.compile(r"https?://", re.IGNORECASE)


def pictures(procedure: Procedure, look: Look | None) -> Iterator[Finding]:
    """Find pictures that nobody will see; with *look*, also those that are not on the disk."""
    for path, step in walk(procedure.steps):
        image, said = getattr(step, "image", None), getattr(step, "do", None)
        if image is not None and look is not None and (why := look(image)) is not None:
            here = (*path, "image")
            yield Finding(here, f"{quoted(image)} cannot be shown: {why}", "another picture")
        for address in _IN_WORDS.findall(said or ""):
            if not _WEB.match(address):
                message = f"the picture {quoted(address)} within words leads nowhere"
                write = f"image: {address} at the step, or the picture's address in the web"
                yield Finding((*path, "do"), message, write, "warning")
