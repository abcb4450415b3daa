"""pact-python's own Verifier, unchanged, in a process of its own: a job on standard input, results on standard output.

Its Rust half prints to file descriptor 1, and a failed publication of results shows only in a log record: both are
caught here.
"""

import contextlib
import json
import logging
import os
import sys

from pact import Verifier
from pact.types import Message


class Errors(logging.Handler):
    """Keeps what the Rust half reports as errors."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record.getMessage())


def produced(body: object) -> Message:
    """The message as the provider makes it."""
    return {"contents": json.dumps(body).encode(), "content_type": "application/json", "metadata": None}


def main() -> None:
    job, errors = json.load(sys.stdin), Errors()
    results = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    logging.getLogger("pact.ffi").setLevel(logging.ERROR)
    logging.getLogger("pact.ffi").addHandler(errors)
    verifier = Verifier(job["provider"], host="127.0.0.1").set_coloured_output(enabled=False)
    verifier.add_transport(url=job["url"])
    if messages := job.get("messages"):
        verifier.message_handler({name: produced(body) for name, body in messages.items()})
    if publish := job.get("publish"):
        verifier.set_publish_options(publish["version"], None, publish.get("branch"), publish.get("tags", []))
    source = verifier.broker_source(job["hub"], selector=True)
    for selector in job.get("selectors", []):
        source.consumer_version(**selector)
    if "branch" in job:
        source.provider_branch(job["branch"])
    if "tags" in job:
        source.provider_tags(*job["tags"])
    if job.get("pending"):
        source.include_pending()
    if "wip_since" in job:
        source.include_wip_since(job["wip_since"])
    raised = None
    try:
        with contextlib.redirect_stdout(sys.stderr):
            source.build().verify()
    except RuntimeError as error:
        raised = str(error)
    with os.fdopen(results, "w") as out:
        json.dump({**verifier.results, "raised": raised, "logged": errors.seen}, out)


main()
