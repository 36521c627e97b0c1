"""A database back end: Django's for PostgreSQL, without a regular expression per timestamp."""
