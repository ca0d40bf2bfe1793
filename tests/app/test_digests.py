"""Files of a thread: each is read once for its hash, or has a word why it has none."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

import pytest

from bot.app import digests
from bot.app.digests import MOST, PATIENCE, Digest, Digests
from bot.core.documents.postmortem import Attached
from bot.core.documents.postmortem.talk import TOO_LARGE
from bot.ports.files import TooLarge
from bot.ports.messages import Gone, Rejected, Throttled
from tests.fake_clock import FakeClock


class Files:
    """Files by their ids; an error is raised, and `slow` ones wait for `go`."""

    def __init__(self, **files: bytes | Exception) -> None:
        self.files = files
        self.read_ = 0
        self.at_once = self.most = 0
        self.slow: set[str] = set()
        self.go = asyncio.Event()

    async def read(self, team: str | None, file: str, most: int) -> AsyncIterator[bytes]:
        self.read_ += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await asyncio.sleep(0)
            if file in self.slow:
                await self.go.wait()
            found = self.files.get(file, b"it")
            if isinstance(found, Exception):
                raise found
            for at in range(0, len(found), 4):
                yield found[at : at + 4]
        finally:
            self.at_once -= 1


def shared(*ids: str) -> list[Attached]:
    return [Attached(f"{one}.png", one) for one in ids]


async def test_a_file_is_read_once_for_its_hash() -> None:
    files = Files(F1=b"hello world")
    made = Digests(files, FakeClock())
    whole = Digest(hashlib.sha256(b"hello world").hexdigest(), 11)
    for _ in range(2):
        assert await made.of("T1", shared("F1"), None) == {"F1": whole}
    assert files.read_ == 1


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (TooLarge("it has more than 10 MB"), TOO_LARGE),
        (Gone("the file is not in Slack any more"), "the file is not in Slack any more"),
        (Rejected("Slack does not show the file"), "Slack does not show the file"),
        (Throttled(0.0), "Slack did not give it to the bot"),
        (ValueError("odd"), "the bot could not read it"),
    ],
)
async def test_what_cannot_be_read_has_a_word_and_is_tried_the_next_time(
    trouble: Exception, why: str
) -> None:
    files = Files(F1=trouble)
    made = Digests(files, FakeClock())
    assert await made.of("T1", shared("F1"), None) == {"F1": Digest(why=why)}
    files.files["F1"] = b"it"
    found = await made.of("T1", shared("F1"), None)
    assert found is not None
    assert found["F1"].sha256 is not None


async def test_a_slow_file_is_read_on_and_is_there_the_next_time() -> None:
    files = Files(F1=b"slow")
    files.slow.add("F1")
    made = Digests(files, FakeClock())
    assert await made.of("T1", shared("F1", "F2"), 0.01) is None
    files.go.set()
    found = await made.of("T1", shared("F1", "F2"), None)
    assert found is not None
    assert all(one.sha256 for one in found.values())
    assert files.read_ == 2


async def test_nobody_waits_for_ever() -> None:
    files, clock = Files(), FakeClock()
    files.slow.add("F1")
    made = Digests(files, clock)
    assert await made.of("T1", shared("F1"), 0.01) is None
    await clock.advance(PATIENCE)
    found = await made.of("T1", shared("F1"), 0.01)
    assert found == {"F1": Digest(why="Slack did not give it in time")}
    await made.close()
    assert not made._tasks


async def test_so_many_are_read_two_at_a_time_and_the_others_say_so() -> None:
    files = Files()
    made = Digests(files, FakeClock())
    found = await made.of("T1", shared(*(f"F{n}" for n in range(MOST + 2))), None)
    assert found is not None
    assert files.read_ == MOST
    assert files.most == digests.AT_ONCE
    assert found[f"F{MOST}"].why == f"the bot read the first {MOST} files only"


async def test_a_file_that_says_why_it_has_none_is_not_asked_for() -> None:
    files = Files()
    gone = Attached("a.png", "F1", why="it was deleted")
    assert await Digests(files, FakeClock()).of("T1", [gone], None) == {}
    assert files.read_ == 0
