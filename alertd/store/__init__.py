"""Where everything is kept: the database and its migrations, locks, the calendar table, the audit chain."""
