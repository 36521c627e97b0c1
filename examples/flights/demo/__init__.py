"""The demo: checks, times and serves every endpoint both ways, and writes a report."""
