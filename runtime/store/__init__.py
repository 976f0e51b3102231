"""The database: tables, migrations, and the one transaction everything runs in."""
