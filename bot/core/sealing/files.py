"""The files that were uploaded, read from a run's entries as they are stored."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.core.run import events as e
from bot.core.sealing.body import Gone
from bot.core.sealing.people import People
from bot.core.sealing.reading import Entry, event_of

_NAMES = {"post_mortem": "post-mortem"}


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file: the number and time of the entry that says so, what that says, and its end.

    `deleted` is when it was deleted in Slack, `error` why Slack did not delete it.
    """

    seq: int
    at: str
    fact: e.FileUploaded
    deleted: str | None = None
    error: str | None = None

    @property
    def name(self) -> str:
        """What kind of document it is, in words."""
        return _NAMES[self.fact.document]

    @property
    def where(self) -> str:
        """Its address in Slack, or Slack's id of it."""
        return self.fact.link or self.fact.file

    def __str__(self) -> str:
        said = f"entry {self.seq}: the {self.name} was uploaded, SHA-256 {self.fact.sha256}"
        if self.deleted is not None:
            return f"{said}; it was deleted in Slack on {self.deleted[:10]}"
        if self.error is not None:
            return (
                f"{said}; Slack did not delete it ({self.error}), delete it by hand: {self.where}"
            )
        return said


def uploaded(entries: Iterable[Entry]) -> tuple[Uploaded, ...]:
    """The files of a run, the oldest first; an entry that cannot be read is passed over."""
    found: dict[str, Uploaded] = {}
    for entry in entries:
        if entry.kind not in ("file_uploaded", "file_deleted"):
            continue
        try:
            event = event_of(entry, People(), Gone())
        except ValueError:
            continue
        if isinstance(event, e.FileUploaded):
            found[event.file] = Uploaded(entry.seq, entry.at, event)
        elif isinstance(event, e.FileDeleted) and (one := found.get(event.file)) is not None:
            gone = entry.at if event.error is None else one.deleted
            found[event.file] = replace(one, deleted=gone, error=event.error)
    return tuple(found.values())
