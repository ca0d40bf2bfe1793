"""Which run a file was uploaded of, by the hash of its bytes."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from bot.edges.store.schema import facts


def of_hash(connection: Connection, sha256: str) -> Sequence[str]:
    """The runs with an entry that such a file was uploaded; one at the most, if all is well."""
    says = facts.c.body.contains(f'"{sha256}"')
    query = select(facts.c.run_id).where(facts.c.kind == "file_uploaded", says)
    return connection.execute(query.distinct().order_by(facts.c.run_id)).scalars().all()
