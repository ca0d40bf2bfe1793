"""Evidence: what people show for a step when they mark it done, and what the bot read of it.

Facts, as those in `bot.core.run.events`, to whose union they belong, and what the run keeps of
them.
"""

from dataclasses import dataclass
from typing import Literal

from bot.core.person import Happened, Person
from bot.core.run.course import OfRound


class EvidenceGiven(OfRound):
    """What someone shows for a step that they mark done: words, a file, or both; the mark follows.

    Of several files each has an entry of its own, one after the other, the words with the first.
    The file stays in Slack: `file` is its id there, `link` its address, and what it is called, how
    many bytes it has and of which type it is, is what Slack said.
    """

    kind: Literal["evidence_given"] = "evidence_given"
    v: Literal[1] = 1
    step: str
    by: Person
    text: str | None = None
    file: str | None = None
    name: str | None = None
    link: str | None = None
    size: int | None = None
    mimetype: str | None = None


class EvidenceRead(Happened):
    """The bot read the file that was given with the entry `entry`: `sha256` is of its bytes.

    `error` is why it could not, in words; then nobody knows what was in the file at the time.
    """

    kind: Literal["evidence_read"] = "evidence_read"
    v: Literal[1] = 1
    step: str
    entry: int
    file: str
    sha256: str | None = None
    size: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one entry says was shown for a step in its present round, and that entry's number.

    `read` is what the bot read of the file, once it did, or could not.
    """

    entry: int
    given: EvidenceGiven
    read: EvidenceRead | None = None
