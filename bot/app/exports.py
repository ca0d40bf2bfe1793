"""The post-mortem of a run as a file: facts, names, and what people said in the thread.

The record is audited first, and the document says what the audit found.
"""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.app.desk import PIECE, no_such_run
from bot.app.searching import covered
from bot.app.slices import slices
from bot.core.documents import postmortem
from bot.core.documents.postmortem import NOTHING, LeftOut, Said, Talk
from bot.core.documents.printing import written
from bot.core.engine import effects
from bot.core.engine.decide import Refused
from bot.core.markup.faces import MARKDOWN
from bot.core.person import ERASED
from bot.core.run.events import Fact
from bot.core.run.model import Run
from bot.core.run.uploads import Imprint, comment
from bot.core.sealing.record import Checked, foldable
from bot.ports.log import Records
from bot.ports.messages import Gone, Rejected, Throttled, Unsure, Upload
from bot.ports.world import Clock, Detector, People, Press

READING = 12.0
"""Seconds for all questions to Slack about a thread and its people."""
COPY = 16
"""Bytes of the random number in an uploaded file: 128 bits, which nobody tries all of."""
SPOKEN = 20
"""How many messages of a thread are looked through for names without a pause."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Record:
    """What was read: what the audit found, the run, and the facts that make it."""

    checked: Checked
    run: Run
    facts: Sequence[Fact]


@dataclass(slots=True)
class Exports:
    """Writes post-mortems; without `people` (no connection to Slack) from the facts alone.

    `press` does what takes long, `mask` takes out what nobody may read, such as tokens, and
    `detector` finds secrets in what people said.
    """

    log: Records
    clock: Clock
    people: People | None
    press: Press
    mask: Callable[[str], str] = str
    detector: Detector | None = None

    async def written(self, run_id: str, face: str) -> tuple[str, Checked]:
        """The post-mortem as of now, and what the audit found; Refused when there is no run."""
        record = await self._read(run_id)
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
        content = (await self._render(record, MARKDOWN, strict=True, copy=copy)).encode()
        run, facts = record.run, record.facts
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
        self, record: _Record, face: str, *, strict: bool, copy: str | None = None
    ) -> str:
        run, facts = record.run, record.facts
        talk: Talk | None = None
        names: Mapping[str, str] = {}
        if self.people is not None:
            try:
                async with asyncio.timeout(READING):
                    team = await self.log.team(run.id)
                    talk = await self._talk(self.people, team, run, strict=strict)
                    talk = await self._covered(talk) if talk else None
                    known = await _ids(run, facts, talk.said if talk else ())
                    names = await self.people.names(team, [run.channel, *known])
            except (Throttled, Unsure) as trouble:
                if strict:
                    raise
                words = "Slack cannot be asked for the thread of %s: %s"
                logger.warning(words, run.id, trouble, extra={"run": run.id})
            except (Rejected, TimeoutError) as refused:
                # Better a post-mortem without the talk, or without names, than none.
                words = "Slack does not tell the thread of %s: %s"
                why = str(refused) or f"no end within {READING:g} s"
                logger.warning(words, run.id, why, extra={"run": run.id})
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
        )
        if copy is not None:
            make = partial(postmortem.copied, copy, make)
        return self.mask(await self.press(partial(written, face, make)))

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
        left_out = NOTHING
        for before in dict.fromkeys(one.board for one in run.showing.before):
            try:
                talk = await people.thread(team, run.channel, before)
            except Gone:
                left_out += LeftOut(threads=1)
            else:
                said += talk.said
                left_out += talk.left_out
        root = await self.log.message(f"{run.id}/{effects.BOARD}")
        if root is None or root.ts is None:
            return Talk(tuple(said), left_out) if said else None
        try:
            talk = await people.thread(team, root.channel, root.ts)
        except Gone:
            if strict:
                # There is nowhere to put the file: the board must be posted again first.
                raise
            talk = Talk(left_out=LeftOut(threads=1))
        return Talk((*said, *talk.said), left_out + talk.left_out)


async def _ids(run: Run, facts: Sequence[Fact], said: Sequence[Said]) -> Sequence[str]:
    """The ids to ask names for; those of who acts and speaks first, since not all may be told."""
    found = dict.fromkeys((*run.people, *(one.by for one in said)))
    async for spoken in slices(said, SPOKEN):
        found |= dict.fromkeys(postmortem.ids(run, (), spoken))
    async for some in slices(facts, PIECE):
        found |= dict.fromkeys(postmortem.ids(run, some, ()))
    return [one for one in found if not one.startswith(ERASED)]
