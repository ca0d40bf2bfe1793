"""A procedure's file that cannot be served: what is wrong with it, in words, and what is served.

Whoever asks for the procedure at night reads this, and so it names the line, the fix, and whom to
tell.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.core.text import brief, dated, escape

_LONGEST = 300
"""The longest reason, in characters; the log and lint have all of it."""


@dataclass(frozen=True, slots=True)
class Faulty:
    """A file that is there and cannot be served, why, and since when its last good text is.

    `id` is what people type for it, empty if that name is another file's; `path` is below the
    folder. `owner` is who looks after the procedure, as far as it can be told. `since` is when the
    text that is served instead was taken up; None: there is none, and nothing is served. A
    `private` one is spoken of only with those who see it.
    """

    id: str
    path: str
    line: int
    message: str
    write: str = ""
    owner: str = ""
    since: datetime | None = None
    private: bool = False


def reason(faulty: Faulty) -> str:
    """What is wrong, in Slack's text: the file, the line, and what to write."""
    write = f"; write {faulty.write}" if faulty.write else ""
    said = brief(" ".join(f"{faulty.message}{write}".split()), _LONGEST)
    return f"`{escape(faulty.path)}` has an error (line {faulty.line}: {said})"


def version(faulty: Faulty) -> str:
    """Which version is served in its place, in Slack's text."""
    if faulty.since is None:
        return "so it is not served, and no earlier version of it is known"
    return f"so its version of {dated(faulty.since)} is served"


def told(faulty: Faulty) -> str:
    """All of it in one sentence or two, in Slack's text."""
    owner = f" Owner: {escape(faulty.owner)}." if faulty.owner else ""
    return f"{reason(faulty)}, {version(faulty)}.{owner}"


def logged(faulty: Faulty) -> str:
    """The same in one line of a log."""
    served = (
        "nothing is served in its place"
        if faulty.since is None
        else f"its version of {faulty.since:%Y-%m-%d %H:%M} UTC is served"
    )
    return f"{faulty.path} has an error in line {faulty.line}: {served}"
