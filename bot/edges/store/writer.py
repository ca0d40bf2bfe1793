"""Group commit: one thread, one connection, and one transaction for all that waits.

It may not know a table. No timer gathers the requests: whatever came while the last transaction
was being made durable goes into the next, so a lone request waits for nobody.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.ports import Unavailable

BATCH = 256
"""The most requests in one transaction, so that the first of them need not wait for a crowd."""

T = TypeVar("T")
Work = Callable[[Connection], Any]
Outcome = tuple[bool, Any]
"""Whether the work was done, and its result or its exception."""


class Writer:
    """Runs work on the database in its own thread; `do` returns when the work is durable.

    Work is called in a savepoint: what it raises undoes it alone and is raised by `do`. It may be
    called twice, since a batch that fails is tried again one by one, so it touches nothing but
    the connection.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._loop = asyncio.get_running_loop()
        self._waiting: queue.SimpleQueue[tuple[Work, asyncio.Future[Any]] | None] = (
            queue.SimpleQueue()
        )
        self._closed = False
        # A daemon, so that a program that forgot to close still ends.
        self._thread = threading.Thread(target=self._serve, name="log-writer", daemon=True)
        self._thread.start()

    async def do(self, work: Callable[[Connection], T]) -> T:
        """Run *work* durably and return its result; raises what it raises, or Unavailable."""
        if self._closed:
            raise Unavailable("the log is closed")
        future: asyncio.Future[T] = self._loop.create_future()
        self._waiting.put((work, future))
        return await future

    async def close(self) -> None:
        """Finish what waits, refuse what comes after, and close the connection."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)
        self._engine.dispose()

    def _serve(self) -> None:
        last = False
        while not last:
            batch = [self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get())
            last = batch[-1] is None
            asked = [request for request in batch if request is not None]
            outcomes = self._commit([work for work, _ in asked])
            futures = [future for _, future in asked]
            try:
                self._loop.call_soon_threadsafe(_resolve, futures, outcomes)
            except RuntimeError:
                return  # the loop is closed: nobody waits any more

    def _commit(self, works: Sequence[Work]) -> Sequence[Outcome]:
        if not works:
            return ()
        begun = False
        try:
            with self._engine.begin() as connection:
                begun = True
                return [_attempt(connection, work) for work in works]
        except SQLAlchemyError as error:
            # Whatever state the connection is in, the next one begins anew.
            self._engine.dispose()
            if begun and len(works) > 1:
                return [outcome for work in works for outcome in self._commit([work])]
            # A database that lets nobody begin is not asked again for each who waits.
            return [(False, _unavailable(error)) for _ in works]


def _attempt(connection: Connection, work: Work) -> Outcome:
    """Do one request's work in a savepoint; only the database's own trouble ends the batch."""
    try:
        with connection.begin_nested():
            return True, work(connection)
    except SQLAlchemyError:
        raise
    except Exception as refusal:  # noqa: BLE001 - it is raised again, to the one who asked
        return False, refusal


def _unavailable(error: SQLAlchemyError) -> Unavailable:
    trouble = Unavailable(f"the log cannot be written: {reason(error)}")
    trouble.__cause__ = error
    return trouble


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
