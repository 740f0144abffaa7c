"""Run by Alembic: takes the connection that `tagline.store.upgrade` opened."""

from alembic import context

from tagline.store.tables import Base
from tagline.store.upgrade import VERSION_TABLE

if hasattr(context, "config"):  # not where a tool merely imports every module
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        version_table=VERSION_TABLE,
        render_as_batch=True,  # SQLite alters a table by copying it
    )
    context.run_migrations()
