"""What somebody can do who writes the database, each row of the table in docs/reliability.md.

Each is done to a file and to a server, and `runbook audit` says what was done, or what is outside
of the database does.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from bot.app.comparing import Comparing
from bot.cli.main import main
from bot.core.sealing.body import seal
from bot.edges.store import SqlLog
from bot.edges.store.schema import runs
from bot.ports.boards import Board, Page
from bot.ports.messages import Mark
from tests.cli.tampered import (
    COLUMNS,
    ENTRY,
    ERASURE,
    FILE,
    LAST,
    OF,
    OUTSIDE,
    PLAYED,
    Do,
    entry,
    whole,
)
from tests.edges.store.making import note
from tests.hand import RUN, Hand
from tests.postgres import Cluster

Out = pytest.CaptureFixture[str]
DOCS = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def record(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hand]:
    if request.param == "sqlite":
        yield whole(f"sqlite:///{tmp_path_factory.mktemp('record') / 'runbook.db'}")
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    url = cluster.create_database()
    yield whole(url)
    cluster.drop_database(url)


@pytest.fixture
def hand(record: Hand, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hand]:
    """The record, which is whole again afterwards."""
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    monkeypatch.setenv("RUNBOOK_DATABASE_URL", record.url)
    put_back = record.kept()
    yield record
    put_back()


CASES = [
    pytest.param(deed, words, id=f"{what.partition(',')[0]}-{name}")
    for what, deeds in PLAYED.items()
    for name, deed, words in deeds
]


def does(hand: Hand, deed: Do) -> None:
    if isinstance(deed, str):
        hand.say(deed)
    else:
        deed(hand)


def test_each_row_of_the_table_is_played() -> None:
    text = DOCS.read_text("utf-8")
    table = text.split("| What somebody does | What finds it |\n|---|---|\n", 1)[1].split("\n\n")[0]
    rows = [line.split("|")[1].strip() for line in table.splitlines()]
    assert sorted(rows) == sorted({*PLAYED, *OUTSIDE})


def test_each_column_of_a_run_is_compared_with_its_entries() -> None:
    """A column that says of a run what nobody compares could say anything."""
    assert COLUMNS.keys() == set(runs.columns.keys())


def test_a_run_that_is_put_before_others_is_found(hand: Hand, capsys: Out) -> None:
    hand.say("UPDATE runs SET first = 1 WHERE run_id = 'KC-3'")
    assert main(["audit", "--all"]) == 1
    assert "KC-3: changed: the run's row has another place among" in capsys.readouterr().out


def test_the_record_is_in_order_before(hand: Hand, capsys: Out) -> None:
    assert main(["audit", "--all"]) == 0
    assert capsys.readouterr().out == "3 runs checked: 3 in order, 0 changed\n"


@pytest.mark.parametrize(("deed", "words"), CASES)
def test_what_was_done_is_found_and_said(hand: Hand, capsys: Out, deed: Do, words: str) -> None:
    does(hand, deed)
    assert main(["audit", "--all"]) == 1
    said = capsys.readouterr().out
    assert words in said
    last = said.splitlines()[-1]
    assert re.search(r"[12] changed|2 in order, 0 changed", last), last
    if not hand.is_file:
        return  # What is made of it is made alike.
    assert main(["export", RUN]) == 1
    told = capsys.readouterr()
    assert told.err.startswith("runbook: "), "one line, and no traceback"
    assert told.err.count("\n") == 1
    if told.out:
        assert told.out.startswith("> 🔴 **The record of this run was changed")
        assert "🔴 The record was checked, and does not follow" in told.out


def test_what_is_no_text_is_found_in_a_file(hand: Hand, capsys: Out) -> None:
    if not hand.is_file:
        return  # A server's columns hold texts, and nothing else.
    hand.say(entry("body = CAST(body AS BLOB)"))
    assert main(["audit", RUN]) == 1
    assert "entry 4" in capsys.readouterr().out


# What is outside. -------------------------------------------------------------------------------


class Boards:
    """Slack, with one board of KC-1."""

    def __init__(self, mark: Mark) -> None:
        self._board = Board(RUN, "1.0", mark)

    async def at(self, run_id: str, channel: str, ts: str) -> Board | None:
        return self._board

    async def back(self, channel: str, since: float) -> AsyncIterator[Page]:
        yield Page((self._board,), since)


async def compared(hand: Hand, mark: Mark) -> tuple[bool, str]:
    """What `runbook audit --slack` finds of KC-1, whose board shows *mark*."""
    async with await SqlLog.open(hand.url, read_only=True) as log:
        comparing = Comparing(log, Boards(mark), "T1", lambda channel, ts: f"{channel}/{ts}")
        await comparing.one(RUN)
    return comparing.well, "\n".join(comparing.lines)


def seen(hand: Hand) -> Mark:
    """What the board shows, which stands in Slack."""
    hand.say(f"UPDATE messages SET ts = '1.0' {OF} AND key = 'KC-1/board'")  # noqa: S608 - ours
    mark = Mark(LAST, hand.hash(LAST))
    assert asyncio.run(compared(hand, mark))[0]
    return mark


def agrees_with_itself(capsys: Out) -> str:
    assert main(["audit", "--all"]) == 0
    capsys.readouterr()
    assert main(["audit", RUN]) == 0
    return capsys.readouterr().out


def test_messages_and_clicks_are_no_record(hand: Hand, capsys: Out) -> None:
    hand.say(f"UPDATE messages SET ts = '9.9', channel = 'C9' {OF}")  # noqa: S608 - ours
    hand.say("DELETE FROM deliveries")
    agrees_with_itself(capsys)


def other_words(hand: Hand) -> None:
    """A chain calculated again over other words."""
    people = hand.people()
    other = seal(note("never said"), people, lambda: "7" * 32)
    hand.say("UPDATE runs SET people = ? WHERE run_id = ?", str(people), RUN)
    change = "UPDATE facts SET body = ?, beside = ? WHERE run_id = ? AND seq = 4"
    hand.say(change, other.body, other.beside, RUN)
    hand.calculate()


def older_copy(hand: Hand) -> None:
    hand.cut(LAST - 1)


def erased_in_the_middle(hand: Hand) -> None:
    """Words go as if they had been erased in time, before the post-mortem was asked for."""
    hand.say(f"UPDATE facts SET beside = NULL {ENTRY}")  # noqa: S608 - ours
    hand.make_room(LAST - 1)
    hand.write(LAST - 1, ERASURE)
    hand.calculate()


@pytest.mark.parametrize("deed", [other_words, older_copy, erased_in_the_middle])
def test_a_record_that_agrees_with_itself_is_betrayed_by_what_is_outside(
    hand: Hand, capsys: Out, deed: Callable[[Hand], None], tmp_path: Path
) -> None:
    mark, file = seen(hand), tmp_path / "post-mortem.md"
    file.write_bytes(FILE)
    assert main(["audit", str(file)]) == 0
    deed(hand)
    agrees_with_itself(capsys)
    well, said = asyncio.run(compared(hand, mark))
    assert not well
    assert "its board shows" in said
    assert main(["audit", RUN, "--head", mark.head]) == 1
    assert "that log hash is not in the record" in capsys.readouterr().out
    if deed is older_copy:
        assert "its board shows entry 9, and the record ends with 8" in said
        assert main(["audit", str(file)]) == 1
        assert "no entry of this record says that the bot uploaded it" in capsys.readouterr().out


def test_an_erasure_that_is_forged_at_the_end_is_told_from_a_true_one_by_its_notice_alone(
    hand: Hand, capsys: Out
) -> None:
    """Nothing before it is another, so no board betrays it; the thread tells of a true one."""
    mark = seen(hand)
    hand.say(f"UPDATE facts SET beside = NULL {ENTRY}")  # noqa: S608 - ours
    hand.write(LAST + 1, ERASURE)
    hand.calculate()
    assert "by an operator: the words of entry 4" in agrees_with_itself(capsys)
    assert asyncio.run(compared(hand, mark))[0]
    query = f"SELECT key FROM messages {OF} AND key = 'KC-1/notice/{LAST + 1}'"  # noqa: S608 - ours
    assert hand.say(query) == []
