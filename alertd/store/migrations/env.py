"""Run the migrations over the connection that `migrate.upgrade` hands in, inside its transaction."""

from alembic import context

from alertd.model.base import metadata

connection = context.config.attributes["connection"]
context.configure(  # the caller, store/migrate.py, has imported every table
    connection=connection,
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite can (with our own BEGIN); alembic assumes that it cannot
    render_as_batch=False,
    compare_type=True,
    user_module_prefix="",
)
with context.begin_transaction():
    context.run_migrations()
