"""A private PostgreSQL server for a command or for a program in any language.

    python servers/postgres.py run -- swift test --filter MoltPostgresTests
    python servers/postgres.py run --pgbouncer -- env
    python servers/postgres.py serve

`run` starts a server, runs the command with the server's URLs in its environment, and ends with the
command's exit code. `serve` writes the same variables and takes orders from its standard input; see
servers/README.md. Nothing stays behind, however they end.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from private_servers.command import main

if __name__ == "__main__":
    sys.exit(main())
