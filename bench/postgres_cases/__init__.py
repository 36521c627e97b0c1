"""What others do with PostgreSQL: each peer is a context manager that yields a call to time."""
