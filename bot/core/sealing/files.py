"""The files that were uploaded, read from a run's entries as they are stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.core.run import events as e
from bot.core.sealing.body import Gone
from bot.core.sealing.people import People
from bot.core.sealing.reading import Entry, event_of
from bot.core.text import counted

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


class Kept(Protocol):
    """A run as it is stored; `files` are the ids that Slack has of the files that are there."""

    @property
    def entries(self) -> Sequence[Entry]: ...
    @property
    def files(self) -> Sequence[str]: ...


def becomes(kept: Kept, words: Sequence[int], people: Sequence[str]) -> str:
    """What becomes of the files in Slack that tell some of what goes, in words; empty for none."""
    known = uploaded(kept.entries)
    telling = [
        one
        for one in known
        if one.deleted is None and (people or any(seq <= one.fact.entry for seq in words))
    ]
    # Of older versions no entry says what they tell.
    older = set(kept.files) - {one.fact.file for one in known}
    left = [one.where for one in telling if one.error is not None]
    many = len(telling) + len(older)
    said = f"{counted(many, 'file')} in Slack to be deleted by the bot" if many else ""
    if left:
        said += f" (once it could not; if it cannot again, delete by hand: {', '.join(left)})"
    return said
