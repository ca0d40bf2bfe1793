"""Each file that is uploaded is in the record once, whatever dies in between, and goes once."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from bot.app.bringing import Means, no_picture
from bot.app.courier import Courier
from bot.app.desk import Desk
from bot.app.erasing import Asked, Erasing
from bot.core.engine import commands as c
from bot.core.run import events as e
from bot.core.run.uploads import Imprint
from bot.edges.store import SqlLog
from bot.ports.messages import (
    Barred,
    Claim,
    Gone,
    Mark,
    MessageRow,
    Rejected,
    Shared,
    Throttled,
    Unsure,
    Upload,
)
from tests.edges.store.conftest import Advance, real
from tests.edges.store.making import ANA, AT, BEN, started
from tests.fakes import FakeClock, NoRooms, everywhere

RUN = "KC-1"
LEASE = 61.0


class Died(BaseException):
    """The process is gone."""


class Slack:
    """A thread with files; `dies` says after which call the process is gone, once."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[str, Shared]] = {}
        self.gone: list[str] = []
        self.updated: list[str] = []
        self.back: list[str] = []
        self.dies = ""
        self.stands_still: asyncio.Event | None = None
        self.begun = asyncio.Event()
        self.refuses: list[Exception] = []

    def _ends(self, call: str) -> None:
        if self.dies == call:
            self.dies = ""
            raise Died

    async def upload(self, row: MessageRow, thread: str, file: Upload) -> Shared:
        made = Shared(f"F{len(self.files) + 1}", "https://slack/f", file.imprint)
        self.files[made.id] = (file.name, made)
        self.begun.set()
        self._ends("upload")
        if (still := self.stands_still) is not None:
            self.stands_still = None
            await still.wait()
        return made

    async def find_upload(self, row: MessageRow, thread: str, name: str) -> Shared | None:
        return next((made for known, made in self.files.values() if known == name), None)

    async def delete_file(self, row: MessageRow, file: str) -> None:
        if self.refuses:
            raise self.refuses.pop()
        if file in self.gone:
            raise Gone("file_deleted")
        self.gone.append(file)
        self._ends("delete")

    async def take_back(self, row: MessageRow, thread: str, file: str) -> None:
        self.back.append(file)

    async def find(self, row: MessageRow, thread: str | None, since: datetime) -> None:
        return None

    async def update(self, row: MessageRow, picture: Any, mark: Mark) -> None:
        self.updated.append(picture.text)


class Replica:
    """A process that brings files; `written` are those that it made."""

    def __init__(self, log: SqlLog, slack: Slack) -> None:
        self.log, self.clock = log, FakeClock(AT)
        self.desk = Desk(log, self.clock)
        self.told: list[str] = []
        self.written = 0
        board: Any = slack
        self.means = Means(
            self.desk,
            log,
            log.outbox,
            board,
            self.clock,
            self._document,
            self._tell,
            lambda _team, channel, ts: f"https://slack/{channel}/{ts}",
            "runbook",
            *(no_picture, NoRooms(), everywhere),
        )
        self.courier = Courier(self.means)

    async def _document(self, run_id: str, seq: int) -> Upload:
        self.written += 1
        facts = await self.log.read(run_id)
        # Each attempt writes another text, as the true one does.
        content = f"{facts} {id(self)} {self.written}".encode()
        said = Imprint(facts[-1].seq, hashlib.sha256(content).hexdigest())
        return Upload(f"{run_id}-{seq}.md", "title", "comment", content, said)

    async def _tell(self, by: e.Person, team: str | None, channel: str, text: str) -> None:
        self.told.append(text)

    async def works(self) -> int:
        """Do all that is due; how many files were seen to."""
        seen = 0
        while claims := (await self.log.outbox.claim(16))[0]:
            for claim in claims:
                seen += await self._does(claim)
        return seen

    async def _does(self, claim: Claim) -> bool:
        if claim.thread is None or "/export/" not in claim.message.key:
            ts = claim.message.ts or "1.0"
            await self.log.outbox.shown(claim, ts, claim.message.wanted)
            return False
        facts = await self.desk.facts(RUN)
        await self.courier.bring(claim, claim.thread, facts, self.clock.monotonic())
        return True


async def asked(one: Replica) -> None:
    run = await one.desk.start(started(), delivery=None)
    assert run is not None
    await one.works()
    await one.desk.act(RUN, c.AddNote(None, BEN, "a secret"), delivery=None)
    await one.desk.act(RUN, c.Export(ANA), delivery=None)


async def events(log: SqlLog, kind: type[e.Event]) -> list[Any]:
    return [fact.event for fact in await log.read(RUN) if isinstance(fact.event, kind)]


async def erase(one: Replica, **what: Any) -> list[str]:
    return await Erasing(one.desk, one.log, lambda _: None).do(Asked(**what))


async def lines(log: SqlLog) -> Sequence[str]:
    checked = await log.checked(RUN)
    assert checked.faults == ()
    return [str(one) for one in checked.files]


@real
async def test_a_file_is_recorded_with_the_hash_of_its_bytes_and_a_later_one_is_another_entry(
    log: SqlLog, advance: Advance
) -> None:
    slack = Slack()
    one = Replica(log, slack)
    await asked(one)
    await advance(2)
    assert await one.works() == 1
    (file,) = await events(log, e.FileUploaded)
    shared = slack.files["F1"][1]
    assert (file.file, file.request, file.link) == ("F1", 3, "https://slack/f")
    assert shared.imprint == Imprint(file.entry, file.sha256)
    assert "in its thread" in one.told[0]
    await advance(LEASE)
    assert await one.works() == 0, "nothing follows from it"
    await one.desk.act(RUN, c.Export(ANA), delivery=None)
    await advance(LEASE)
    await one.works()
    assert [f.file for f in await events(log, e.FileUploaded)] == ["F1", "F2"]
    assert len(await lines(log)) == 2


@real
@pytest.mark.parametrize("after", ["upload", "report", "shown"])
async def test_a_process_that_dies_on_the_way_leaves_one_file_and_one_entry(
    log: SqlLog, advance: Advance, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    slack = Slack()
    one, two = Replica(log, slack), Replica(log, slack)
    await asked(one)
    await advance(2)

    async def dies(*_: Any, **__: Any) -> None:
        raise Died

    if after == "upload":
        slack.dies = "upload"
    elif after == "report":
        monkeypatch.setattr(type(log.outbox), "shown", dies)
    else:
        object.__setattr__(one.means, "tell", dies)
    with pytest.raises(Died):
        await one.works()
    monkeypatch.undo()
    await advance(LEASE)
    await two.works()
    (file,) = await events(log, e.FileUploaded)
    assert list(slack.files) == ["F1"]
    assert slack.files["F1"][1].imprint == Imprint(file.entry, file.sha256)
    assert bool(two.told) is (after != "shown")
    await advance(LEASE)
    assert await two.works() == 0


@real
async def test_one_who_stood_still_adds_no_entry_and_no_file(log: SqlLog, advance: Advance) -> None:
    slack = Slack()
    one, two = Replica(log, slack), Replica(log, slack)
    await asked(one)
    await advance(2)
    slack.stands_still = still = asyncio.Event()
    late = asyncio.create_task(one.works())
    await slack.begun.wait()
    await advance(LEASE)
    await two.works()
    still.set()
    await late
    await advance(LEASE)
    await two.works()
    assert list(slack.files) == ["F1"]
    assert len(await events(log, e.FileUploaded)) == 1
    await advance(LEASE)
    assert await one.works() == 0


@real
@pytest.mark.parametrize("dies", ["", "delete"])
async def test_a_file_that_tells_what_was_erased_is_deleted_once(
    log: SqlLog, advance: Advance, dies: str
) -> None:
    slack = Slack()
    one, two = Replica(log, slack), Replica(log, slack)
    await asked(one)
    await advance(2)
    await one.works()
    said = await erase(one, run=RUN, entry=2)
    assert said == [f"{RUN}: the words of 1 entry; 1 file in Slack to be deleted by the bot"]
    await advance(LEASE)
    slack.dies = dies
    if dies:
        with pytest.raises(Died):
            await one.works()
        await advance(LEASE)
    await two.works()
    assert slack.gone == ["F1"]
    assert await events(log, e.FileDeleted) == [e.FileDeleted(file="F1", error=None)]
    assert slack.back == [], "its comment has no words"
    (line,) = await lines(log)
    assert line.endswith("; it was deleted in Slack on 2026-11-01")
    await two.desk.act(RUN, c.Mistake(ANA, "none"), delivery=None)
    await advance(LEASE)
    await erase(two, run=RUN)
    for _ in range(3):
        await advance(LEASE)
        await two.works()
    assert slack.gone == ["F1"]
    assert len(await events(log, e.FileDeleted)) == 1


@real
async def test_a_file_is_left_that_tells_nothing_of_what_was_erased(
    log: SqlLog, advance: Advance
) -> None:
    slack = Slack()
    one = Replica(log, slack)
    await asked(one)
    await advance(2)
    await one.works()
    await one.desk.act(RUN, c.AddNote(None, BEN, "said later"), delivery=None)
    later = (await one.desk.run(RUN)).seq
    assert await erase(one, run=RUN, entry=later) == [f"{RUN}: the words of 1 entry"]
    await advance(LEASE)
    assert await one.works() == 1, "it is looked at"
    assert slack.gone == []
    await advance(LEASE)
    assert await one.works() == 0


@real
async def test_what_is_erased_while_a_file_is_on_its_way_takes_the_file_with_it(
    log: SqlLog, advance: Advance
) -> None:
    slack = Slack()
    one = Replica(log, slack)
    await asked(one)
    await advance(2)
    slack.stands_still = still = asyncio.Event()
    slow = asyncio.create_task(one.works())
    await slack.begun.wait()
    await erase(one, run=RUN, entry=2)
    still.set()
    await slow
    await advance(LEASE)
    await one.works()
    assert slack.gone == ["F1"]


@real
async def test_what_slack_does_not_delete_is_recorded_and_named_with_its_address(
    log: SqlLog, advance: Advance
) -> None:
    slack = Slack()
    one = Replica(log, slack)
    await asked(one)
    await advance(2)
    await one.works()
    await erase(one, run=RUN, entry=2)
    slack.refuses = [Rejected("cant_delete_file")]
    await advance(LEASE)
    await one.works()
    assert await events(log, e.FileDeleted) == [e.FileDeleted(file="F1", error="cant_delete_file")]
    (line,) = await lines(log)
    assert "Slack did not delete it (cant_delete_file), delete it by hand: https://slack/f" in line
    await advance(LEASE)
    assert await one.works() == 0
    await one.desk.act(RUN, c.Mistake(ANA, "none"), delivery=None)
    (said,) = await erase(one, person=BEN.id)
    assert "if it cannot again, delete by hand: https://slack/f" in said
    await advance(LEASE)
    await one.works()
    assert slack.gone == ["F1"], "it is tried once more"


@real
@pytest.mark.parametrize("trouble", [Barred("missing_scope"), Unsure("away"), Throttled(30)])
async def test_what_passes_is_tried_again(
    log: SqlLog, advance: Advance, trouble: Exception
) -> None:
    slack = Slack()
    one = Replica(log, slack)
    await asked(one)
    await advance(2)
    await one.works()
    await erase(one, run=RUN, entry=2)
    slack.refuses = [trouble] * 3
    for _ in range(6):
        await advance(LEASE)
        await one.works()
    assert slack.gone == ["F1"]
    assert await events(log, e.FileDeleted) == [e.FileDeleted(file="F1", error=None)]


@real
async def test_a_file_of_an_older_version_goes_with_its_comment(
    log: SqlLog, advance: Advance, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack = Slack()
    one = Replica(log, slack)

    async def nothing(*_: Any) -> None:
        """It recorded no file."""

    monkeypatch.setattr(Courier, "_record", nothing)
    await asked(one)
    await advance(2)
    await one.works()
    assert await events(log, e.FileUploaded) == []
    (said,) = await erase(one, run=RUN, entry=2)
    assert "1 file in Slack" in said
    await advance(LEASE)
    await one.works()
    assert (slack.gone, slack.back) == (["F1"], ["F1"])


@real
async def test_who_asked_in_vain_goes_out_of_what_was_said_instead(
    log: SqlLog, advance: Advance
) -> None:
    slack = Slack()
    one = Replica(log, slack)
    await asked(one)
    await one.desk.act(RUN, c.Mistake(BEN, "none"), delivery=None)
    await advance(2)
    while claims := (await log.outbox.claim(16))[0]:
        for claim in claims:
            ts = "2.0" if "/export/" in claim.message.key else "1.0"
            await log.outbox.shown(claim, ts, claim.message.wanted)
        await advance(2)
    await erase(one, person=ANA.id)
    await advance(LEASE)
    await one.works()
    (text,) = slack.updated
    assert ANA.id not in text
    assert "person 1 (erased on 2026-11-01 by an operator) There is no post-mortem" in text
