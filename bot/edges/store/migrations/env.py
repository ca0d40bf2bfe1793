"""What Alembic runs: the migrations, in one transaction, on the connection it was handed."""

from alembic import context

from bot.edges.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    # The connection begins its transactions itself, so SQLite rolls a half-done migration back.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
