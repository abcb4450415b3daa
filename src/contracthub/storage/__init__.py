"""All SQL of the hub: tables, engine, migration runner, repositories. Nothing outside this room sees a table."""
