"""The post-mortem of a run as a file: facts, names, and what people said in the thread.

The record is audited first, and the document says what the audit found.
"""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Self

from bot.app.desk import PIECE, no_such_run
from bot.app.digests import Digest, Digests
from bot.app.searching import covered
from bot.app.slices import slices
from bot.core.documents import postmortem, run_v1
from bot.core.documents.postmortem import NOTHING, WHOLE, LeftOut, Said, Talk
from bot.core.documents.postmortem.skeleton import Skeleton
from bot.core.documents.postmortem.talk import Attached, of_files
from bot.core.documents.printing import JSON, written
from bot.core.documents.run_v1 import By
from bot.core.engine import effects
from bot.core.engine.decide import Refused
from bot.core.markup.faces import MARKDOWN
from bot.core.person import ERASED
from bot.core.run.archiving import ArchiveBegun
from bot.core.run.events import Fact
from bot.core.run.model import Run
from bot.core.run.uploads import Imprint, comment
from bot.core.sealing.record import Checked, foldable
from bot.ports.files import Files
from bot.ports.log import Records
from bot.ports.messages import Gone, Rejected, Throttled, Unsure, Upload
from bot.ports.world import Clock, Detector, People, Press

READING = 12.0
"""Seconds for all questions to Slack about a thread, its people and files, under a claim."""
UNHURRIED = 120.0
"""The same where nobody holds a claim; files take what they take then."""
BOARDS = 20
"""Of how many boards of a run the threads are read, the latest ones."""
COPY = 16
"""Bytes of the random number in an uploaded file: 128 bits, which nobody tries all of."""
SPOKEN = 20
"""How many messages of a thread are looked through for names without a pause."""

logger = logging.getLogger(__name__)


def builtin() -> None:
    """The document as it is, without a skeleton of one's own."""


@dataclass(frozen=True, slots=True)
class _Record:
    """What was read: what the audit found, the run, and the facts that make it."""

    checked: Checked
    run: Run
    facts: Sequence[Fact]


@dataclass(slots=True)
class Exports:
    """Writes post-mortems; without `people` (no connection to Slack) from the facts alone.

    `press` does what takes long, `mask` takes out what nobody may read, such as tokens,
    `detector` finds secrets in what people said, and `files` reads those of a thread. `version` is
    the program's. `skeleton` reads the one of one's own, and blocks.
    """

    log: Records
    clock: Clock
    people: People | None
    press: Press
    mask: Callable[[str], str] = str
    detector: Detector | None = None
    files: Files | None = None
    version: str = "unknown"
    skeleton: Callable[[], Skeleton | None] = builtin
    _digests: Digests | None = field(default=None, init=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Break off the reading of files."""
        if self._digests is not None:
            await self._digests.close()

    async def written(self, run_id: str, face: str) -> tuple[str, Checked]:
        """The post-mortem as of now, and what the audit found; Refused when there is no run."""
        record = await self._read(run_id)
        if face == JSON:
            return await self._data(record), record.checked
        return await self._render(record, face, strict=False), record.checked

    async def _read(self, run_id: str) -> _Record:
        """What makes a run of its record; raises Refused."""
        checked = await self.log.checked(run_id)
        stored = await self.log.read(run_id)
        run: Run | None = None
        many = 0
        async for some in slices(stored, PIECE):
            run, made = foldable(some, run)
            many += made
            if made < len(some):
                break
        if run is not None:
            return _Record(checked, run, stored[:many])
        if checked.follows:
            raise no_such_run(run_id)
        raise Refused(
            f"The record of {run_id} was changed and makes no run any more: "
            f"{checked.faults[0]}. Restore a backup, and keep this database for "
            "those who look into it."
        )

    async def upload(self, run_id: str, seq: int) -> Upload:
        """The file that the fact numbered *seq* asked for.

        Its name holds when that was, and its number, so that an upload whose end nobody saw can
        be found again.
        Raises Throttled or Unsure when Slack cannot be asked for the thread just now.
        """
        record = await self._read(run_id)
        copy = secrets.token_hex(COPY)
        run, facts = record.run, record.facts
        last = seq <= len(facts) and isinstance(facts[seq - 1].event, ArchiveBegun)
        text = await self._render(record, MARKDOWN, strict=True, copy=copy, whole=last)
        content = text.encode()
        asked = facts[seq - 1].at if seq <= len(facts) else run.started_at
        said = Imprint(run.seq, hashlib.sha256(content).hexdigest())
        changed = not record.checked.follows
        return Upload(
            name=f"{run.id}-post-mortem-{asked:%Y-%m-%d-%H%M}-{seq}.md",
            title=f"{run.id} post-mortem: {run.title}",
            comment=comment(run.id, facts[-1].at, said, changed=changed),
            content=content,
            imprint=said,
        )

    async def _render(
        self,
        record: _Record,
        face: str,
        *,
        strict: bool,
        copy: str | None = None,
        whole: bool = False,
    ) -> str:
        run, facts = record.run, record.facts
        talk, names = await self._heard(record, strict=strict)
        if whole and talk is None:
            raise Unsure("its thread cannot be read, and the channel is about to be archived")
        # A long run takes seconds to write up, and people click meanwhile.
        make = partial(
            postmortem.document,
            run,
            facts,
            names=names,
            said=talk.said if talk else None,
            exported_at=self.clock.now(),
            checked=record.checked,
            left_out=talk.left_out if talk else NOTHING,
            skeleton=await asyncio.to_thread(self.skeleton),
        )
        if copy is not None:
            make = partial(postmortem.copied, copy, make)
        return self.mask(await self.press(partial(written, face, make)))

    async def _data(self, record: _Record) -> str:
        """The run as data for programs, with its chain."""
        run_id = record.run.id
        talk, names = await self._heard(record, strict=False)
        kept = await self.log.kept(run_id)
        if kept is None:
            raise no_such_run(run_id)
        by = By(at=self.clock.now(), version=self.version, names=dict(names))
        whole = run_v1.Kept(run_id, kept.entries, kept.people, record.checked)
        said = talk.said if talk else None
        left_out = talk.left_out if talk else NOTHING
        return await self.press(partial(run_v1.written, whole, by, said, left_out))

    async def _heard(
        self, record: _Record, *, strict: bool
    ) -> tuple[Talk | None, Mapping[str, str]]:
        """What was said, None where Slack does not tell, and who is who.

        Where it is *strict*, what passes is raised: Throttled, Unsure.
        """
        run, talk = record.run, None
        names: Mapping[str, str] = {}
        if self.people is None:
            return None, names
        begun = self.clock.monotonic()
        reading = READING if strict else UNHURRIED
        try:
            async with asyncio.timeout(reading):
                team = await self.log.team(run.id)
                talk = await self._talk(self.people, team, run, strict=strict)
                talk = await self._covered(talk) if talk else None
                known = await _ids(run, record.facts, talk.said if talk else ())
                names = await self.people.names(team, [run.channel, *known], run.channel)
            if talk is not None:
                left = max(1.0, reading - (self.clock.monotonic() - begun)) if strict else None
                talk = await self._with_files(team, talk, left)
        except (Throttled, Unsure) as trouble:
            if strict:
                raise
            words = "Slack cannot be asked for the thread of %s: %s"
            logger.warning(words, run.id, trouble, extra={"run": run.id})
        except (Rejected, TimeoutError) as refused:
            # Better a post-mortem without the talk, or without names, than none.
            words = "Slack does not tell the thread of %s: %s"
            why = str(refused) or f"no end within {reading:g} s"
            logger.warning(words, run.id, why, extra={"run": run.id})
        return talk, names

    async def _with_files(self, team: str | None, talk: Talk, seconds: float | None) -> Talk:
        """What was said, with what is known of its files; raises Unsure while they are read."""
        files = of_files(talk.said)
        if self.files is None or not files:
            return talk
        if self._digests is None:
            self._digests = Digests(self.files, self.clock)
        found = await self._digests.of(team, files, seconds)
        if found is None:
            raise Unsure("the files of the thread are still being read")
        said = (
            replace(one, files=tuple(_told(file, found) for file in one.files))
            if one.files
            else one
            for one in talk.said
        )
        return replace(talk, said=tuple(said))

    async def _covered(self, talk: Talk) -> Talk:
        """What was said, with a mask over each secret in it."""
        texts = await covered(self.detector, [one.text for one in talk.said])
        said = (replace(one, text=text) for one, text in zip(talk.said, texts, strict=True))
        return replace(talk, said=tuple(said))

    async def _talk(
        self, people: People, team: str | None, run: Run, *, strict: bool
    ) -> Talk | None:
        """What was said under every board that the run has had; None when there is no board."""
        said: list[Said] = []
        left_out, room = NOTHING, WHOLE
        boards = run.showing.boards(run.channel)
        left_out += LeftOut(threads=len(boards[:-BOARDS]))
        for channel, before in boards[-BOARDS:]:
            try:
                talk = await people.thread(team, channel, before, room)
            except (Gone, Rejected) as refused:
                if isinstance(refused, Rejected) and channel == run.channel:
                    raise
                # It is gone, or in a channel that the run has left.
                left_out += LeftOut(threads=1)
            else:
                said += (replace(one, earlier=True) for one in talk.said)
                left_out += talk.left_out
                room = room.after(talk)
        root = await self.log.message(f"{run.id}/{effects.BOARD}")
        if root is None or root.ts is None:
            return Talk(tuple(said), left_out) if said else None
        try:
            talk = await people.thread(team, root.channel, root.ts, room)
        except Gone:
            if strict:
                # There is nowhere to put the file: the board must be posted again first.
                raise
            talk = Talk(left_out=LeftOut(threads=1))
        return Talk((*said, *talk.said), left_out + talk.left_out)


def _told(file: Attached, found: Mapping[str, Digest]) -> Attached:
    """A file with what was read of it."""
    made = found.get(file.id or "")
    if made is None:
        return file
    size = file.size if made.size is None else made.size
    return replace(file, size=size, sha256=made.sha256, why=made.why)


async def _ids(run: Run, facts: Sequence[Fact], said: Sequence[Said]) -> Sequence[str]:
    """The ids to ask names for; those of who acts and speaks first, since not all may be told."""
    found = dict.fromkeys((*run.people, *(one.by for one in said)))
    async for spoken in slices(said, SPOKEN):
        found |= dict.fromkeys(postmortem.ids(run, (), spoken))
    async for some in slices(facts, PIECE):
        found |= dict.fromkeys(postmortem.ids(run, some, ()))
    return [one for one in found if not one.startswith(ERASED)]
