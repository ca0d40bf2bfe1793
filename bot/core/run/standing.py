"""Facts of how a run stands in Slack: its board, what Slack refuses, and its files."""

from typing import Literal

from bot.core.person import Happened


class BoardReplaced(Happened):
    """The message `board` (its ts) is the run's board no longer, and a new one is posted.

    `why`: someone deleted it, Slack lets the bot edit it no more, or it shows a log hash that is
    not in the record (`disagrees`, with the `entry` and the `head` that it shows); `broken` is the
    first entry that does not follow from the one before it, if the record was found to be so. The
    run may have `moved` into another channel: then it stays in `channel`.
    """

    kind: Literal["board_replaced"] = "board_replaced"
    v: Literal[1] = 1
    board: str
    why: Literal["deleted", "not_editable", "disagrees", "moved"]
    entry: int | None = None
    head: str | None = None
    broken: int | None = None
    channel: str | None = None


class PostingRefused(Happened):
    """Slack does not take a message of the run (`message` is its key) until someone acts."""

    kind: Literal["posting_refused"] = "posting_refused"
    v: Literal[1] = 1
    message: str
    error: str


class PostingResumed(Happened):
    """Slack took the message that it had refused."""

    kind: Literal["posting_resumed"] = "posting_resumed"
    v: Literal[1] = 1
    message: str


class FileUploaded(Happened):
    """The bot uploaded a file that was asked for with the entry `request`; Slack's id is `file`.

    `sha256` is of its bytes, among which is a random number, so that it gives nothing of them
    away. It tells the record up to the entry `entry`; `link` is its address in Slack.
    """

    kind: Literal["file_uploaded"] = "file_uploaded"
    v: Literal[1] = 1
    document: Literal["post_mortem"]
    request: int
    entry: int
    sha256: str
    file: str
    link: str | None = None


class FileDeleted(Happened):
    """A file was deleted in Slack, since something that it tells was erased.

    `error` is why Slack did not delete it; then somebody must.
    """

    kind: Literal["file_deleted"] = "file_deleted"
    v: Literal[1] = 1
    file: str
    error: str | None = None


class PictureShown(Happened):
    """A picture of the procedure is in Slack: `file` is its id there, and `link` its address.

    `path` is what the procedure calls it, `sha256` is of its bytes as they were then. `error` is
    why it is not there, in words.
    """

    kind: Literal["picture_shown"] = "picture_shown"
    v: Literal[1] = 1
    path: str
    sha256: str | None = None
    file: str | None = None
    link: str | None = None
    error: str | None = None
