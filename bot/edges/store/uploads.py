"""Which run a file was uploaded of, and which picture is there, by the hash of its bytes."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select

from bot.edges.store.schema import facts, runs


def of_hash(connection: Connection, sha256: str) -> Sequence[str]:
    """The runs with an entry that such a file was uploaded; one at the most, if all is well."""
    says = facts.c.body.contains(f'"{sha256}"')
    query = select(facts.c.run_id).where(facts.c.kind == "file_uploaded", says)
    return connection.execute(query.distinct().order_by(facts.c.run_id)).scalars().all()


def pictured(
    connection: Connection, team: str | None, channel: str, sha256: str
) -> tuple[str, str | None] | None:
    """The newest file with this picture that runs of a channel showed, and its address."""
    query = (
        select(facts.c.body)
        .join(runs, runs.c.run_id == facts.c.run_id)
        .where(
            runs.c.channel == channel,
            runs.c.team == team if team is not None else runs.c.team.is_(None),
            facts.c.kind == "picture_shown",
            facts.c.body.contains(f'"{sha256}"'),
        )
        .order_by(facts.c.position.desc())
        .limit(1)
    )
    body = connection.execute(query).scalar()
    if body is None:
        return None
    said = json.loads(body)
    return said["file"], said.get("link")
