"""The last good text of each procedure's file, for when the file cannot be served.

Programs of 0002 do not know the table, and lose nothing by it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
OLDEST = "0002"


def upgrade() -> None:
    """Go on from 0002. This stays as it is when the schema goes on: it is history."""
    op.create_table(
        "procedure_texts",
        sa.Column("path", sa.String(500), nullable=False),
        sa.Column("program", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("path", "program", name="pk_procedure_texts"),
    )
