"""What `bench/auth.py` measures: hashes of passwords, tokens, and a login view."""
