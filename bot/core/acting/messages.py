"""The keys of a run's messages."""

from collections.abc import Sequence

from bot.core.run.model import Run
from bot.core.run.proof import Request

BOARD = "board"
EXPORT = "export/"
"""Keys that begin so are files to upload, not messages to draw."""
PICTURE = "picture/"
"""Keys that begin so are pictures of the procedure, by their place among them, from 1."""
OWNER = "owner/"
"""Keys that begin so are posts into the channel of the procedure's owner."""
UPDATE = "update/"
"""Keys that begin so are posts into the channels of stakeholders: by their entry, and their place
in its list, from 1."""
REMINDER = "reminder/"
"""Keys that begin so are reminders in the channel of the procedure's owner."""
DRILL_DUE = "drill/"
"""Keys that begin so are reminders there that another drill is due."""
TO_ONE = "handoff/"
"""Keys that begin so ask one person alone to take over what someone has in several runs."""
ROOM = "room"
"""What makes the run's own channel."""
FURNISH = "furnish/"
"""Keys that begin so invite people into it, and set its topic and its bookmark."""
ARCHIVE = "archive/"
"""Keys that begin so have the run's own channel archived."""
BACK = "back/"
"""Keys that begin so say where it was asked for that it is there."""
NOWHERE = "nowhere/"
"""Keys that begin so are messages to the one who started a run that has no channel."""
TO_WRITE = "write/"
"""Keys that begin so tell who closed a run what its post-mortem lacks."""
PASTED = "secret/"
"""Keys that begin so are messages to the one who wrote a secret, and to nobody else."""


def to_write(run: Run | None) -> Sequence[str]:
    """The message that says what the post-mortem lacks, once it is there."""
    if run is None or run.to_write is None:
        return ()
    return (f"{TO_WRITE}{run.to_write}",)


def waits(run: Run | None, step: str) -> list[str]:
    """The messages of what is waited for on a step."""
    pending = run.pending.values() if run else ()
    return [f"wait/{r.id}" for r in pending if r.wait and r.step == step]


def looks(request: Request) -> Sequence[str]:
    """The message that shows how far a request is; a closing has none until it has ended."""
    if request.wait:
        return [f"wait/{request.id}"]
    return [f"verify/{request.batch}"] if request.batch and not request.once else []
