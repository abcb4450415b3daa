"""A hub as ``contracthub serve`` runs it, whose webhooks may call this machine and are tried again at once."""

import sys
from dataclasses import replace

from contracthub.cli.serve import address_of, build_app, listen, serve
from tests.services.webhook_rows import HASTY

if __name__ == "__main__":
    app = build_app(sys.argv[1])
    settings = app.state.settings
    app.state.settings = replace(settings, rules=replace(settings.rules, webhooks=HASTY))
    sock = listen("127.0.0.1", 0)
    print(f"ContractHub listens on {address_of(sock)}", flush=True)  # noqa: T201
    serve(app, sock)
