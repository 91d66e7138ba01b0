"""Break real servers while people write and search, and see that nothing is lost: `python -m tests.drills`.

Starts a PostgreSQL, a Redis and three nodes of Elasticsearch of its own, the site's worker, beat and web server, and
prints one line for each thing that is broken. Ends with status 1 if anything was lost, shown twice, or shown to whom it
should not be. Everything is stopped and removed at the end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import django

from tests.drills.processes import environment
from tests.drills.servers import CannotStart, Elasticsearch, Postgres, Redis, Servers


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.drills", description=__doc__.splitlines()[0])
    parser.add_argument("--only", metavar="NAME[,NAME]", default="", help="play these alone")
    parser.add_argument("--keep", action="store_true", help="keep the folder with the logs of all programs")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    folder = Path(tempfile.mkdtemp(prefix="throughgate-drills-"))
    folder.chmod(0o755)  # PostgreSQL's own user must be able to look into it
    try:
        servers = Servers(folder, Postgres(folder), Redis(folder), Elasticsearch(folder))
        os.environ.update(environment(servers))
        django.setup()
        from tests.drills.play import play_all  # needs the settings

        return play_all(servers, set(filter(None, asked.only.split(","))))
    except (CannotStart, TimeoutError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    finally:
        if asked.keep:
            print(f"The logs are in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _interrupt(*_signal) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
