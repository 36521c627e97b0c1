"""``manage.py molt_worker`` and ``manage.py molt_explain``."""
