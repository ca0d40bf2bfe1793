"""What a newer version writes into a run: entries that this one does not know."""

import json

from sqlalchemy import Connection, insert, update

from bot.core.run import events as e
from bot.edges.store import SqlLog
from bot.edges.store.schema import facts, runs

KINDS = {
    "a kind that is not known": '{"by":{"id":"U1"},"kind":"run_pondered","v":1}',
    "a version that is not known": '{"by":{"id":"U1"},"kind":"run_closed","v":9}',
    "a key that is not known": '{"by":{"id":"U1"},"kind":"export_requested","mood":"good","v":1}',
    "what is no event at all": "7",
}


async def adds(log: SqlLog, run_id: str, body: str) -> None:
    """What a newer version would: an entry, well chained, and a run's row that counts it."""
    (*_, last) = await log.read(run_id)
    at, seq = e.stamp(last.at), last.seq + 1
    said = json.loads(body)
    kind = said["kind"] if isinstance(said, dict) else "newer"
    head = e.chain(last.hash, run_id, seq, last.at, body)

    def work(connection: Connection) -> None:
        row = {"run_id": run_id, "seq": seq, "at": at, "kind": kind, "body": body, "hash": head}
        connection.execute(insert(facts).values(**row))
        of = update(runs).where(runs.c.run_id == run_id)
        connection.execute(of.values(facts=seq, head=head))

    await log._database.write(work)
