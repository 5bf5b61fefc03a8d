"""Runs migrations on the connection that `labms.operations.schema` hands over.

A version describes its tables in words of its own and never imports labms: models
move on, a migration stays what it was.
"""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes.get("metadata"),
    transaction_per_migration=False,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
