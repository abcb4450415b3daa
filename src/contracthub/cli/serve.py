"""``contracthub serve``: opens the database, brings it up to date, and serves the hub. Puts the house together."""

import contextlib
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.serving_options import SETTINGS, ServeCommand
from contracthub.cli.serving_settings import settings_from
from contracthub.domain.errors import Invalid, Unavailable

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from contracthub.web.settings import Settings

# Requests wait here for a thread; more threads than this only wait for each other in the interpreter.
THREADS = 16


def build_app(database_url: str, settings: "Settings | None" = None) -> "FastAPI":
    """The hub over a database that is migrated first. Raises ``Invalid`` or ``Unavailable``."""
    from contracthub.checking.comparing import ProcessComparer
    from contracthub.outbound.guarded_http import GuardedHttp
    from contracthub.storage.engine import open_database
    from contracthub.storage.migrate import migrate
    from contracthub.storage.units import DatabaseStorage
    from contracthub.web.app import create_app

    database = open_database(database_url)
    migrate(database)
    return create_app(DatabaseStorage(database), settings, sender=GuardedHttp(), comparer=ProcessComparer())


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
    """Ends the command with which database it is that can't be reached (its password stays out), or used at all."""
    try:
        yield
    except Unavailable as error:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        folder = Path(parts.path[1:]).parent
        why = error.message
        if parts.scheme.startswith("sqlite") and not folder.is_dir():
            why = f"There is no folder {folder} for the database. Make it, or name another place."
        raise Stopped(f"{why}\nIt is looked for at {place}.", ExitCode.NOT_FOUND_OUT) from error
    except Invalid as error:
        if error.code != "database-url":
            raise
        raise click.BadParameter(error.message, param_hint="--database-url") from error


@click.command("serve", cls=ServeCommand, params=list(SETTINGS))
def command(host: str, port: int, database_url: str, schema_registry_port: int | None, **given: Any) -> None:
    """Serve the hub. The database is migrated first; the address is printed once the hub answers."""
    settings = settings_from(given)
    with told_of_database(database_url):
        app = build_app(database_url, settings)
    with contextlib.ExitStack() as sockets:
        sock = sockets.enter_context(_listening(host, port))
        registry = None
        if schema_registry_port is not None:
            registry = sockets.enter_context(_listening(host, schema_registry_port))
        click.echo(f"ContractHub listens on {address_of(sock)}")
        if registry is not None:
            click.echo(f"Schema Registry listens on {address_of(registry)}")
        serve(app, sock, registry)


def _listening(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except OSError as error:
        raise Stopped(f"Can't listen on {host} port {port}: {error.strerror}.", ExitCode.NOT_FOUND_OUT) from error


def server_config(app: "ASGIApp") -> "uvicorn.Config":
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


def serve(app: "FastAPI", sock: socket.socket, registry: socket.socket | None = None) -> None:
    """Serve until a signal says stop; requests that have begun get ten seconds to finish.

    On the socket ``registry``, if there is one, the Schema Registry alone.
    """
    import asyncio

    import anyio.to_thread
    import uvicorn

    from contracthub.web.schema_registry.application import OwnPort

    # One server for both sockets: they begin and end together.
    sockets = [sock] if registry is None else [sock, registry]
    served = app if registry is None else OwnPort(app, app.state.registry, registry.getsockname()[1])
    config = server_config(served)
    server = uvicorn.Server(config)

    async def stop_comparing() -> None:
        await asyncio.sleep((config.timeout_graceful_shutdown or 0) / 2)
        await asyncio.to_thread(app.state.comparer.stop)

    shut_down = server.shutdown

    async def shutdown(sockets: list[socket.socket] | None = None) -> None:
        # A comparison may take longer than the end: who waits for one is told, instead of being cut off.
        stopping = asyncio.create_task(stop_comparing()) if app.state.comparer is not None else None
        await shut_down(sockets)
        if stopping is not None:
            stopping.cancel()

    server.shutdown = shutdown  # type: ignore[method-assign]

    async def run() -> None:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        await server.serve(sockets=sockets)

    # Runner and not run(): only Python 3.12's run() takes a loop factory.
    runner = asyncio.Runner(loop_factory=config.get_loop_factory())
    with _ended_well_by_sigterm(server), delivering(app), checking(app), comparing(app), runner:
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
def checking(app: "FastAPI") -> Iterator[None]:
    """Check published documents beside the requests; what has begun at the end is due again at once."""
    from contracthub.checking.processes import ProcessChecker
    from contracthub.services.check_worker import CheckWorker
    from contracthub.services.hub import DEFAULT_WORKSPACE, Hub

    state = app.state
    rules = state.settings.rules
    worker = CheckWorker(Hub(state.storage, DEFAULT_WORKSPACE, rules, state.clock), ProcessChecker(rules.checks))
    worker.start()
    try:
        yield
    finally:
        worker.stop()


@contextlib.contextmanager
def comparing(app: "FastAPI") -> Iterator[None]:
    """End at the end what compares documents, which began with the first question."""
    try:
        yield
    finally:
        if app.state.comparer is not None:
            app.state.comparer.stop()


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
