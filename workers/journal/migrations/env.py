"""Alembic's entry: the connection comes from `schema`, so that no settings are read twice."""

from alembic import context

from workers.journal.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
