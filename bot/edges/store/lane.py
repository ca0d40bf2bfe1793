"""Group commit: one thread, one connection, and one transaction for all that waits.

It may not know a table. No timer gathers the requests: whatever came while the last transaction
was being made durable goes into the next, so a lone request waits for nobody.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.ports.log import Unavailable

BATCH = 256
"""The most requests in one transaction, so that the first of them need not wait for a crowd."""
ANSWER_WITHIN_S = 2.0
"""Seconds after which one who waits is told that the database does not answer.

Slack waits 3 s for the answer to a click, and the words must still get there.
"""

T = TypeVar("T")
Work = Callable[[Connection], Any]
Outcome = tuple[bool, Any]
"""Whether the work was done, and its result or its exception."""
Interrupt = Callable[[Any], None]
"""Makes a driver's connection that waits for its server fail, from another thread."""
Observe = Callable[[int, float], None]
"""Told of each transaction: how many requests it held, and how many seconds it took."""


class Together(Protocol):
    """Work that is cheaper done at once for many: `together` decides and writes for all of them.

    Outcomes are in the order of the works; one that is refused must not have written anything.
    """

    @classmethod
    def together(cls, connection: Connection, works: Sequence[Any]) -> Sequence[Outcome]: ...


@dataclass(slots=True, eq=False)
class _Request:
    """Work that waits; whoever sets `taken` or `dropped` first decides whether it is done."""

    work: Work | Together
    future: asyncio.Future[Any]
    taken: bool = False
    dropped: bool = False


class Lane:
    """Runs work on the database in its own thread; `do` returns when the work is durable.

    What a work raises undoes it alone and is raised by `do`. It may be called twice, since a
    batch that fails is tried again one by one, so it touches nothing but the connection.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        batch: int = BATCH,
        interrupt: Interrupt | None = None,
        observe: Observe | None = None,
    ) -> None:
        self._engine = engine
        self._batch = batch
        self._interrupt = interrupt
        self._observe = observe
        self._loop = asyncio.get_running_loop()
        self._waiting: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._guard = threading.Lock()
        self._driver: Any = None
        self._since = 0.0
        self._cut = False
        self._closed = False
        # A daemon, so that a program that forgot to close still ends.
        self._thread = threading.Thread(target=self._serve, name="store", daemon=True)
        self._thread.start()

    async def do(self, work: Callable[[Connection], T] | Together) -> T:
        """Run *work* durably and return its result; raises what it raises, or Unavailable."""
        if self._closed:
            raise Unavailable("the log is closed")
        request = _Request(work, self._loop.create_future())
        self._waiting.put(request)
        impatience = self._loop.call_later(ANSWER_WITHIN_S, self._impatient, request)
        try:
            result: T = await request.future
        finally:
            impatience.cancel()
        return result

    async def close(self) -> None:
        """Finish what waits, refuse what comes after, and close the connection."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)
        self._engine.dispose()

    def _impatient(self, request: _Request) -> None:
        """Someone has waited for long: drop what was not begun, or cut off what hangs."""
        with self._guard:
            if not request.taken:
                request.dropped = True
            elif self._interrupt is None or request.future.done():
                return
            else:
                hung = time.monotonic() - self._since
                if hung >= ANSWER_WITHIN_S / 2 and self._driver is not None:
                    self._cut = True
                    self._interrupt(self._driver)
                # Until it has ended: what comes after a cut may hang as well.
                again = max(ANSWER_WITHIN_S / 2 - hung, ANSWER_WITHIN_S / 4)
                self._loop.call_later(again, self._impatient, request)
        if request.dropped and not request.future.done():
            request.future.set_exception(Unavailable("the database does not answer"))

    def _serve(self) -> None:
        last = False
        while not last:
            batch = [self._waiting.get()]
            while len(batch) < self._batch and not self._waiting.empty():
                batch.append(self._waiting.get())
            last = batch[-1] is None
            with self._guard:
                asked = [r for r in batch if r is not None and not r.dropped]
                for request in asked:
                    request.taken = True
                self._since, self._cut = time.monotonic(), False
            outcomes = self._do_all([request.work for request in asked])
            if asked and self._observe is not None:
                self._observe(len(asked), time.monotonic() - self._since)
            futures = [request.future for request in asked]
            try:
                self._loop.call_soon_threadsafe(_resolve, futures, outcomes)
            except RuntimeError:
                return  # the loop is closed: nobody waits any more

    def _do_all(self, works: Sequence[Work | Together]) -> Sequence[Outcome]:
        """Do them; a fault of ours ends the batch, and not the thread."""
        try:
            return self._commit(works)
        except Exception as fault:  # noqa: BLE001 - it is raised again, to those who asked
            return [(False, fault) for _ in works]

    def _commit(
        self, works: Sequence[Work | Together], *, again: bool = True, in_doubt: bool = False
    ) -> Sequence[Outcome]:
        """Do *works* in one transaction; *in_doubt*: an earlier one may have become durable."""
        if not works:
            return ()
        begun = ending = False
        try:
            with self._engine.connect() as connection, connection.begin() as transaction:
                begun = True
                self._driver = connection.connection.driver_connection
                try:
                    outcomes = _attempt_all(connection, works)
                except _Refusal as refusal:
                    transaction.rollback()
                    return [(False, refusal.of)]
                ending = True
                transaction.commit()
                return outcomes
        except SQLAlchemyError as error:
            lost = isinstance(error, DBAPIError) and error.connection_invalidated
            in_doubt = in_doubt or (lost and ending)
            # Whatever state the connection is in, the next one begins anew.
            self._engine.dispose()
            if lost and again and not self._cut:
                # A server that was restarted. What was durable after all is found to be so.
                return self._commit(works, again=False, in_doubt=in_doubt)
            if begun and not lost and len(works) > 1:
                return self._one_by_one(works, in_doubt=in_doubt)
            if self._cut:
                # What the driver says then is of our own hand, and no fault of the server's.
                words = "the database does not answer in time"
                return [(False, Unavailable(words, in_doubt=in_doubt)) for _ in works]
            # A database that lets nobody begin is not asked again for each who waits.
            return [(False, _unavailable(error, in_doubt=in_doubt)) for _ in works]
        finally:
            self._driver = None

    def _one_by_one(self, works: Sequence[Work | Together], *, in_doubt: bool) -> Sequence[Outcome]:
        """Find out which of them it was; nobody waits for all of them longer than one may take."""
        outcomes: list[Outcome] = []
        ends = time.monotonic() + ANSWER_WITHIN_S
        for work in works:
            with self._guard:
                self._since, self._cut = time.monotonic(), False
            if self._since > ends:
                words = "the database does not answer in time"
                outcomes.append((False, Unavailable(words, in_doubt=in_doubt)))
            else:
                outcomes += self._commit([work], in_doubt=in_doubt)
        return outcomes


class _Refusal(Exception):
    """What the only work of a transaction raised, which undoes the transaction."""

    def __init__(self, of: Exception) -> None:
        super().__init__()
        self.of = of


def _attempt_all(connection: Connection, works: Sequence[Work | Together]) -> Sequence[Outcome]:
    """Do what can be done together first, then the rest, each in a savepoint of its own."""
    outcomes: dict[int, Outcome] = {}
    grouped: dict[type[Together], list[int]] = {}
    single: list[int] = []
    for number, work in enumerate(works):
        if hasattr(work, "together"):
            grouped.setdefault(cast("type[Together]", type(work)), []).append(number)
        else:
            single.append(number)
    for kind, numbers in grouped.items():
        done = kind.together(connection, [works[n] for n in numbers])
        outcomes |= dict(zip(numbers, done, strict=True))
    for number in single:
        work = works[number]
        attempt = _lone if len(works) == 1 else _attempt
        outcomes[number] = attempt(connection, work)  # type: ignore[arg-type]  # it is a callable
    return [outcomes[number] for number in range(len(works))]


def _lone(connection: Connection, work: Work) -> Outcome:
    """Do the only work of a transaction, which needs no savepoint; raises _Refusal."""
    try:
        return True, work(connection)
    except SQLAlchemyError:
        raise
    except Exception as refusal:
        raise _Refusal(refusal) from refusal


def _attempt(connection: Connection, work: Work) -> Outcome:
    """Do one request's work in a savepoint; only the database's own trouble ends the batch."""
    try:
        with connection.begin_nested():
            return True, work(connection)
    except SQLAlchemyError:
        raise
    except Exception as refusal:  # noqa: BLE001 - it is raised again, to the one who asked
        return False, refusal


def _unavailable(error: SQLAlchemyError, *, in_doubt: bool) -> Unavailable:
    # Without its cause: a driver tells the row that failed, and that is what people wrote.
    return Unavailable(f"the database does not work: {reason(error)}", in_doubt=in_doubt)


def reason(error: SQLAlchemyError) -> str:
    """The database's own words, without the statement, whose values are nobody else's business."""
    return str(getattr(error, "orig", None) or error).splitlines()[0]


def _resolve(futures: Sequence[asyncio.Future[Any]], outcomes: Sequence[Outcome]) -> None:
    for future, (done, result) in zip(futures, outcomes, strict=True):
        if future.done():
            continue  # whoever asked was cancelled meanwhile; the work stands
        if done:
            future.set_result(result)
        else:
            future.set_exception(result)
