"""The highest number that a run of each prefix was given: without it, a last run leaves no gap.

Programs of 0004 do not know the table. A run that they start is remembered by its own row alone,
until a newer program starts the next one of its prefix.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
OLDEST = "0002"


def upgrade() -> None:
    """Go on from 0004. This stays as it is when the schema goes on: it is history."""
    op.create_table(
        "numbers",
        sa.Column("prefix", sa.String(80), nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("prefix", name="pk_numbers"),
    )
    op.execute(
        "INSERT INTO numbers (prefix, last) SELECT prefix, MAX(number) FROM runs GROUP BY prefix"
    )
