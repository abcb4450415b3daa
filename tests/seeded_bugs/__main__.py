"""Starts the bookshop: ``python -m tests.seeded_bugs [--office] [--bug NAME]... [--all] [--port N]``."""

import argparse
import socket

import uvicorn

from tests.seeded_bugs.app import create_app
from tests.seeded_bugs.bugs import NAMES
from tests.seeded_bugs.office import create_office
from tests.seeded_bugs.policy_bugs import POLICY_BUG_NAMES


def main() -> None:
    """Serves until it is ended, and says where it listens."""
    parser = argparse.ArgumentParser(prog="python -m tests.seeded_bugs")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--bug", action="append", default=[], choices=(*NAMES, *POLICY_BUG_NAMES), metavar="NAME")
    parser.add_argument("--office", action="store_true", help="serve the office, whose faults are against rules")
    parser.add_argument("--all", action="store_true", help="seed every bug")
    options = parser.parse_args()
    listener = socket.create_server(("127.0.0.1", options.port))
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)  # noqa: T201 - it is read
    if options.office:
        app = create_office(POLICY_BUG_NAMES if options.all else options.bug)
    else:
        app = create_app(NAMES if options.all else options.bug)
    uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False)).run(sockets=[listener])


if __name__ == "__main__":
    main()
