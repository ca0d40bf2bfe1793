"""What boards in Slack show, compared with the record.

Who can write the database cannot reach the boards, so a record that was put in its place shows.
Slack is read first and the record after it, so that what a running bot appends meanwhile is no
fault. Nothing is recorded here, and nothing painted.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.core.engine.effects import BOARD
from bot.core.text import counted
from bot.ports.boards import Board, Boards
from bot.ports.log import Records, RunRow, every
from bot.ports.messages import Gone, Rejected, Unsure

CLOCKS_APART = timedelta(minutes=5)
"""How far Slack's clock and ours may differ."""

_TROUBLE = (Gone, Rejected, Unsure)
_OLDER = "entries were cut off, or an older copy of the database is in its place"
_OTHER = "the entries were changed, or another copy of the database is in its place"


@dataclass(slots=True)
class Comparing:
    """Compares what `boards` show with the record; `team` is the workspace that they are of.

    `lines` is what is to be told; `agree`, `differ` and `unknown` count the boards. `say` is told
    how far it is, as often as there is something to say: Slack makes one wait.
    """

    log: Records
    boards: Boards
    team: str
    link: Callable[[str, str], str]
    say: Callable[[str], None] = field(default=lambda _: None)
    lines: list[str] = field(default_factory=list)
    agree: int = 0
    differ: int = 0
    unknown: int = 0

    @property
    def well(self) -> bool:
        """Whether each board could be compared, and shows what is in the record."""
        return not (self.differ or self.unknown)

    async def one(self, run_id: str) -> None:
        """Compare the board of a run that there is."""
        row = await self.log.message(f"{run_id}/{BOARD}")
        if row is None or row.ts is None:
            self._unknown(f"{run_id}: no board of it was posted, so there is none to compare")
        elif row.team not in (None, self.team):
            self._unknown(f"{run_id}: its board is in another workspace than the token's")
        else:
            await self._single(run_id, row.channel, row.ts)

    async def all(self) -> None:
        """Compare the boards of all runs, and find those of runs that the record has not."""
        places: defaultdict[tuple[str | None, str], list[RunRow]] = defaultdict(list)
        async for run in every(self.log):
            places[run.team, run.channel].append(run)
        for (team, channel), runs in places.items():
            if team in (None, self.team):
                await self._channel(channel, runs)
            else:
                why = "is in another workspace than the token's"
                self._unread(channel, why, len(runs))
        # What agrees is counted, and what does not is told before.
        self.lines = [one for one in self.lines if not one.endswith(_FINE)]
        told = f"{counted(self.agree + self.differ, 'board')} compared: {self.agree:,} in order"
        told += f", {self.differ:,} not" if self.differ else ""
        told += f"; {self.unknown:,} could not be compared" if self.unknown else ""
        self.lines.append(told)

    async def _channel(self, channel: str, runs: Sequence[RunRow]) -> None:
        """Read a channel back to its first run."""
        since = (min(run.at for run in runs) - CLOCKS_APART).timestamp()
        seen, back_to = dict[str, Board](), float("inf")
        try:
            async for page in self.boards.back(channel, since):
                seen |= {board.ts: board for board in page.boards}
                back_to = page.back_to
                back = datetime.fromtimestamp(back_to, UTC)
                boards = counted(len(seen), "board")
                self.say(f"{channel}: read back to {back:%Y-%m-%d %H:%M} UTC, {boards} so far")
        except _TROUBLE as trouble:
            self._unread(channel, f"cannot be read ({trouble})", len(runs))
            return
        for number, run in enumerate(runs, start=1):
            self.say(f"{channel}: comparing {number:,} of {counted(len(runs), 'run')}")
            row = await self.log.message(f"{run.run_id}/{BOARD}")
            if row is None or row.ts is None:
                words = "no board of it was posted, so there is none to compare"
                self._unknown(f"{run.run_id}: {words}")
            elif row.ts in seen:
                await self._judge(seen.pop(row.ts), channel)
            elif float(row.ts) >= back_to:
                self._gone(run.run_id, channel, row.ts)
            else:
                await self._single(run.run_id, channel, row.ts)
        for board in seen.values():
            await self._stray(board, channel)
        if back_to > since:
            self.lines.append(f"{channel}: older messages were not looked through: too many")

    async def _single(self, run_id: str, channel: str, ts: str) -> None:
        try:
            board = await self.boards.at(run_id, channel, ts)
        except _TROUBLE as trouble:
            self._unknown(f"{run_id}: its board cannot be read ({trouble})")
        else:
            if board is None:
                self._gone(run_id, channel, ts)
            else:
                await self._judge(board, channel)

    async def _stray(self, board: Board, channel: str) -> None:
        """A board that is none of a run now: an earlier one, or one that the record has not."""
        run_id, mark = board.run_id, board.mark
        where = self.link(channel, board.ts)
        checked = await self.log.checked(run_id)
        row = await self.log.message(f"{run_id}/{BOARD}")
        if row is not None and row.ts == board.ts:
            await self._judge(board, channel)  # It was posted while the channel was read.
        elif not checked.hashes:
            said = f"entry {mark.seq} of it" if mark is not None else "it"
            words = f"a board in Slack shows {said}, and the record has no such run: {_OLDER}"
            self._differs(f"{run_id}: {words} ({where})")
        elif mark is not None and mark.head not in checked.hashes:
            words = f"an earlier board shows entry {mark.seq} with a log hash that is not in the"
            self._differs(f"{run_id}: {words} record: {_OTHER} ({where})")

    async def _judge(self, board: Board, channel: str) -> None:
        """Say whether what a board shows is in the record."""
        run_id, mark, where = board.run_id, board.mark, self.link(channel, board.ts)
        if mark is None:
            words = "its board says no log hash: nothing of this version painted it"
            self._unknown(f"{run_id}: {words} ({where})")
            return
        hashes = (await self.log.checked(run_id)).hashes
        if mark.seq > len(hashes):
            words = f"its board shows entry {mark.seq}, and the record ends with {len(hashes)}"
            self._differs(f"{run_id}: {words}: {_OLDER} ({where})")
        elif mark.seq < 1 or hashes[mark.seq - 1] != mark.head:
            words = f"its board shows another log hash of entry {mark.seq} than the record"
            self._differs(f"{run_id}: {words}: {_OTHER} ({where})")
        else:
            self.agree += 1
            later = len(hashes) - mark.seq
            behind = f"; {counted(later, 'later entry', 'later entries')} not yet" if later else ""
            self.lines.append(f"{run_id}: its board shows entry {mark.seq}{behind}, {_FINE}")

    def _gone(self, run_id: str, channel: str, ts: str) -> None:
        where = self.link(channel, ts)
        self._unknown(f"{run_id}: its board is not in Slack any more: deleted there ({where})")

    def _unread(self, channel: str, why: str, runs: int) -> None:
        self.unknown += runs
        many = counted(runs, "board")
        self.lines.append(f"{channel}: {why}, so {many} there could not be compared")

    def _unknown(self, line: str) -> None:
        self.unknown += 1
        self.lines.append(line)

    def _differs(self, line: str) -> None:
        self.differ += 1
        self.lines.append(line)


_FINE = "with a log hash that is in the record"
