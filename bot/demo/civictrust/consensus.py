"""Agree on one sequence of records: Raft, with the write-ahead log as its log.

A record is committed when two of three nodes have it on disk. Any two majorities share a node, and
nobody votes for a candidate whose log is behind its own, so a committed record is never lost.
Elections are predictable: nodes wait for their leader's sign of life by rank, so the lowest node
with the newest log wins. A candidate asks first whether it would be elected; so a node that comes
back from a partition does not unseat a leader that works.

It does not know what a record means, nor how messages travel.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.demo.civictrust.canonical import canonical
from bot.demo.civictrust.durable import write_file
from bot.demo.civictrust.rpc import Message, RefusedError, UnreachableError
from bot.demo.civictrust.wal import Record, Wal

Send = Callable[[str, Message], Awaitable[Message]]


@dataclass(frozen=True)
class Pace:
    """Times in seconds, sizes in records."""

    heartbeat: float = 0.15
    first_election: float = 0.05  # after the start, when nobody may have led yet
    silence: float = 0.7  # until a leader counts as lost
    step: float = 0.3  # that each rank waits longer than the one before, in both cases
    commit_deadline: float = 5.0
    catch_up_batch: int = 5
    catch_up_pause: float = 0.25  # between batches, so that a follower is not flooded


class Ballot:
    """The term and the vote in it: a node that forgets them could elect two leaders."""

    def __init__(self, path: Path) -> None:
        self._path = path
        saved: Message = {"term": 0, "vote": None}
        if path.exists():
            saved = json.loads(path.read_bytes())
        self.term: int = saved["term"]
        self.vote: str | None = saved["vote"]

    def mark(self, term: int, vote: str | None) -> None:
        if (term, vote) != (self.term, self.vote):
            self.term, self.vote = term, vote
            write_file(self._path, canonical({"term": term, "vote": vote}))


class Consensus:
    """One node's part in it. `run` until cancelled; `on_vote` and `on_append` answer peers."""

    def __init__(  # noqa: PLR0913 - one node's whole surroundings, named at the only call
        self,
        *,
        name: str,
        peers: list[str],
        wal: Wal,
        ballot: Ballot,
        applied: int,
        apply: Callable[[Record], None],
        send: Send,
        pace: Pace,
    ) -> None:
        self.name, self.peers, self.wal, self.ballot = name, peers, wal, ballot
        self.leader: str | None = None
        self.applied = applied
        self._apply, self._send, self._pace = apply, send, pace
        self._rank = sorted([name, *peers]).index(name)
        self._commit = applied
        self._after: dict[str, int] = {}  # peer -> the LSN after which it needs records: a guess
        self._matched: dict[str, int] = {}  # peer -> last LSN it holds just as this leader: known
        self._answered: dict[str, float] = {}
        self._turns = {peer: asyncio.Event() for peer in peers}
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._led_at = 0.0  # when a leader last gave a sign of life
        self._deadline = 0.0  # when to stand for election

    @property
    def leads(self) -> bool:
        return self.leader == self.name

    @property
    def _majority(self) -> int:
        return (len(self.peers) + 1) // 2 + 1

    async def run(self) -> None:
        """Take part until cancelled."""
        patience = self._pace.first_election + self._pace.step * self._rank
        self._deadline = time.monotonic() + patience
        async with asyncio.TaskGroup() as group:
            for peer in self.peers:
                group.create_task(self._feed(peer))
            group.create_task(self._watch())

    async def propose(self, body: Record) -> int:
        """Have a record committed and applied here; return its LSN.

        Raises RefusedError if this node does not lead, or no quorum answers in time. In the latter
        case the record may still be committed later.
        """
        if not self.leads:
            raise RefusedError(f"{self.name} does not lead; ask {self.leader or 'again shortly'}")
        lsn = self.wal.append(self.ballot.term, body)
        done = self._waiting[lsn] = asyncio.get_running_loop().create_future()
        self._wake()
        try:
            async with asyncio.timeout(self._pace.commit_deadline):
                await done
        except TimeoutError as error:
            raise RefusedError("no quorum: fewer than 2 of 3 nodes answer") from error
        finally:
            self._waiting.pop(lsn, None)
        return lsn

    # -- answering peers ------------------------------------------------------------------

    def on_vote(self, ask: Message) -> Message:
        """Answer a candidate, or (dry) someone who wonders whether to become one."""
        fresh = (ask["last_term"], ask["last_lsn"]) >= (self.wal.last_term, self.wal.last_lsn)
        if ask["dry"]:
            silent = time.monotonic() - self._led_at >= self._pace.silence
            content = self.leads or (self.leader is not None and not silent)
            return {"granted": fresh and ask["term"] > self.ballot.term and not content}
        if ask["term"] > self.ballot.term:
            self._follow(ask["term"], None)
        free = ask["term"] == self.ballot.term and self.ballot.vote in (None, ask["candidate"])
        if granted := fresh and free:
            self.ballot.mark(ask["term"], ask["candidate"])
            self._heard()
        return {"granted": granted, "term": self.ballot.term}

    def on_append(self, message: Message) -> Message:
        """Take a leader's records. The answer's `lsn` is the last one this node has in common."""
        if message["term"] < self.ballot.term:
            return {"term": self.ballot.term, "ok": False, "lsn": 0}
        self._follow(message["term"], message["leader"])
        self._led_at = time.monotonic()
        self._heard()
        after, records = message["after"], message["records"]
        if not self.wal.holds(after, message["after_term"]):
            common = min(self.wal.last_lsn, after - 1)
            return {"term": self.ballot.term, "ok": False, "lsn": common}
        self.wal.merge(records)
        common = after + len(records)
        self._commit_up_to(min(message["commit"], common))
        return {"term": self.ballot.term, "ok": True, "lsn": common}

    # -- leading --------------------------------------------------------------------------

    async def _feed(self, peer: str) -> None:
        """While leading, send the peer what it lacks; a peer far behind gets it in batches."""
        while True:
            pause = self._pace.heartbeat
            if self.leads:
                try:
                    behind = await self._send_batch(peer)
                except UnreachableError:
                    behind = 0
                if behind > self._pace.catch_up_batch:
                    await asyncio.sleep(self._pace.catch_up_pause)
                    continue
                if behind:
                    continue
            turn = self._turns[peer]
            try:
                async with asyncio.timeout(pause):
                    await turn.wait()
            except TimeoutError:
                pass
            turn.clear()

    async def _send_batch(self, peer: str) -> int:
        """Send one batch and return how many records the peer still lacks."""
        term, after = self.ballot.term, self._after.get(peer, self.wal.last_lsn)
        message = {
            "do": "append",
            "term": term,
            "leader": self.name,
            "after": after,
            "after_term": self.wal.term_of(after),
            "records": self.wal.since(after, self._pace.catch_up_batch),
            "commit": self._commit,
        }
        answer = await self._send(peer, message)
        if answer["term"] > self.ballot.term:
            self._follow(answer["term"], None)
        if not self.leads or self.ballot.term != term:
            return 0
        self._answered[peer] = time.monotonic()
        self._after[peer] = answer["lsn"]
        if answer["ok"]:
            self._matched[peer] = answer["lsn"]
            self._count(answer["lsn"])
        return self.wal.last_lsn - int(answer["lsn"])

    def _count(self, lsn: int) -> None:
        """Commit what a majority holds. Only a record of this term proves that it does."""
        holders = 1 + sum(matched >= lsn for matched in self._matched.values())
        ours = self.wal.term_of(lsn) == self.ballot.term
        if ours and holders >= self._majority and lsn > self._commit:
            self._commit_up_to(lsn)
            self._wake()

    def _commit_up_to(self, lsn: int) -> None:
        self._commit = max(self._commit, lsn)
        while self.applied < self._commit:
            self._apply(self.wal.record(self.applied + 1))
            self.applied += 1
            done = self._waiting.get(self.applied)
            if done is not None and not done.done():
                done.set_result(None)

    # -- elections ------------------------------------------------------------------------

    async def _watch(self) -> None:
        """Stand for election when the leader is silent; step down when nobody follows."""
        while True:
            await asyncio.sleep(self._pace.first_election / 2)
            now = time.monotonic()
            if self.leads:
                recent = sum(now - at < 2 * self._pace.silence for at in self._answered.values())
                if 1 + recent < self._majority:
                    self._follow(self.ballot.term, None)
                    self._heard()
            elif now >= self._deadline:
                self._heard()
                await self._stand()

    async def _stand(self) -> None:
        term = self.ballot.term + 1
        if not await self._wins(term, dry=True) or self.ballot.term >= term:
            return
        self.leader = None
        self.ballot.mark(term, self.name)
        if await self._wins(term, dry=False) and self.ballot.term == term:
            self._lead(term)

    async def _wins(self, term: int, *, dry: bool) -> bool:
        ask = {
            "do": "vote",
            "dry": dry,
            "term": term,
            "candidate": self.name,
            "last_term": self.wal.last_term,
            "last_lsn": self.wal.last_lsn,
        }
        answers = await asyncio.gather(
            *(self._send(peer, ask) for peer in self.peers), return_exceptions=True
        )
        granted = 1
        for answer in answers:
            if isinstance(answer, BaseException):
                if not isinstance(answer, UnreachableError):
                    raise answer
            elif answer["granted"]:
                granted += 1
        return granted >= self._majority

    def _lead(self, term: int) -> None:
        self.leader = self.name
        self._after, self._matched = {}, {}
        self._answered = dict.fromkeys(self.peers, time.monotonic())
        # earlier terms' records are committed only through one of this term
        self.wal.append(term, {"op": "new-term", "leader": self.name})
        self._wake()

    def _follow(self, term: int, leader: str | None) -> None:
        if self.leads:
            for done in self._waiting.values():
                if not done.done():
                    done.set_exception(RefusedError(f"{self.name} no longer leads; try again"))
        if term > self.ballot.term:
            self.ballot.mark(term, None)
        self.leader = leader

    def _heard(self) -> None:
        self._deadline = time.monotonic() + self._pace.silence + self._pace.step * self._rank

    def _wake(self) -> None:
        for turn in self._turns.values():
            turn.set()
