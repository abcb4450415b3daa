"""``contracthub serve``: opens the database, brings it up to date, and serves the hub. Puts the house together."""

import contextlib
import signal
import socket
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.domain.errors import Unavailable

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

DEFAULT_DATABASE = "sqlite:///contracthub.sqlite3"
# Requests wait here for a thread; more threads than this only wait for each other in the interpreter.
THREADS = 16

database_option = click.option(
    "--database-url",
    envvar="CONTRACTHUB_DATABASE_URL",
    default=DEFAULT_DATABASE,
    show_default=True,
    help="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
)


def build_app(database_url: str, public_url: str | None = None, *, trust_forwarded: bool = True) -> "FastAPI":
    """The hub over a database that is migrated first. Raises ``Invalid`` or ``Unavailable``."""
    from contracthub.outbound.guarded_http import GuardedHttp
    from contracthub.storage.engine import open_database
    from contracthub.storage.migrate import migrate
    from contracthub.storage.units import DatabaseStorage
    from contracthub.web.app import create_app
    from contracthub.web.settings import Settings

    database = open_database(database_url)
    migrate(database)
    return create_app(DatabaseStorage(database), Settings(public_url, trust_forwarded), sender=GuardedHttp())


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, so that the port is known, and connections queue, before the hub is ready to answer."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=512)


def address_of(sock: socket.socket) -> str:
    """The address that a listening socket is reached at."""
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextlib.contextmanager
def told_of_database(url: str) -> Iterator[None]:
    """Ends the command with which database it is that can't be reached; its password stays out."""
    try:
        yield
    except Unavailable as error:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        raise Stopped(f"{error.message}\nIt is looked for at {place}.", ExitCode.NOT_FOUND_OUT) from error


def _http_address(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value and not value.startswith(("http://", "https://")):
        raise click.BadParameter("must be an address such as https://hub.example.org")
    return value


@click.command("serve")
@click.option("--host", envvar="CONTRACTHUB_HOST", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    envvar="CONTRACTHUB_PORT",
    default=9292,
    show_default=True,
    help="Port; 0 picks a free one.",
)
@click.option(
    "--public-url",
    envvar="CONTRACTHUB_PUBLIC_URL",
    callback=_http_address,
    help="The address that links in answers start with.",
)
@click.option(
    "--trust-forwarded/--ignore-forwarded",
    envvar="CONTRACTHUB_TRUST_FORWARDED",
    default=True,
    show_default=True,
    help="Without a public URL, links follow the X-Forwarded-* headers of a proxy.",
)
@database_option
def command(host: str, port: int, public_url: str | None, database_url: str, *, trust_forwarded: bool) -> None:
    """Serve the hub. The database is migrated first; the address is printed once the hub answers."""
    with told_of_database(database_url):
        app = build_app(database_url, public_url, trust_forwarded=trust_forwarded)
    try:
        sock = listen(host, port)
    except OSError as error:
        raise Stopped(f"Can't listen on {host} port {port}: {error.strerror}.", ExitCode.NOT_FOUND_OUT) from error
    click.echo(f"ContractHub listens on {address_of(sock)}")
    serve(app, sock)


def server_config(app: "FastAPI") -> "uvicorn.Config":
    """How the hub is served, by this command and wherever it is tried as it is really served."""
    import uvicorn

    from contracthub.web.connections import GuardedProtocol

    return uvicorn.Config(
        app,
        http=GuardedProtocol,
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=10,
        lifespan="off",
    )


def serve(app: "FastAPI", sock: socket.socket) -> None:
    """Serve until a signal says stop; requests that have begun get ten seconds to finish."""
    import asyncio

    import anyio.to_thread
    import uvicorn

    config = server_config(app)
    server = uvicorn.Server(config)

    async def run() -> None:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        await server.serve(sockets=[sock])

    # Runner and not run(): only Python 3.12's run() takes a loop factory.
    runner = asyncio.Runner(loop_factory=config.get_loop_factory())
    with _ended_well_by_sigterm(server), delivering(app), runner:
        runner.run(run())


@contextlib.contextmanager
def delivering(app: "FastAPI") -> Iterator[None]:
    """Deliver webhooks beside the requests; what has begun at the end gets ten seconds to finish."""
    from contracthub.services.hub import DEFAULT_WORKSPACE, Hub
    from contracthub.services.webhook_worker import DeliveryWorker

    state = app.state
    worker = DeliveryWorker(Hub(state.storage, DEFAULT_WORKSPACE, state.settings.rules, state.clock), state.sender)
    worker.start()
    try:
        yield
    finally:
        worker.stop()


@contextlib.contextmanager
def _ended_well_by_sigterm(server: "uvicorn.Server") -> Iterator[None]:
    """Make SIGTERM a good end: uvicorn raises it again once it has shut down, and the process would die of it."""

    def end(_number: int, _frame: object) -> None:
        if not server.started:
            sys.exit(0)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
