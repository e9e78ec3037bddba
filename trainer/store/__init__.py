"""The practice log: the only user of sqlite_utils."""
