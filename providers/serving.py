"""The launcher that every provider shares: arguments, socket, the `listening on` line. It knows no provider."""

import argparse
import json
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from providers.breaking import Break, UnknownBreakError, chosen_breaks

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Option:
    """An option that one provider has: `--kafka HOST:PORT` becomes the argument `kafka` of its `create_app`."""

    name: str
    metavar: str
    meaning: str

    @property
    def argument(self) -> str:
        """The name that Python has for it."""
        return self.name.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Provider:
    """What the launcher has to know of a provider: `specs` says how each file under specs/ is made of the service."""

    name: str
    breaks: Sequence[Break]
    create_app: Callable[..., FastAPI]
    specs: Mapping[str, Callable[[FastAPI], str]]
    options: Sequence[Option] = field(default=())


class _AnnouncingServer(uvicorn.Server):
    """A server that says where it listens, but only once it really accepts connections."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        for bound in sockets or ():
            print(f"listening on http://{HOST}:{bound.getsockname()[1]}", flush=True)


def run(provider: Provider, argv: Sequence[str] | None = None) -> None:
    """Do what the arguments ask: list the breaks, write the specifications, or serve until a signal comes.

    Exits 2 on a usage error (an unknown break among them) and 1 when the port cannot be had.
    """
    parser = _parser(provider)
    options = parser.parse_args(argv)
    try:
        breaks = chosen_breaks(options.breaks, provider.breaks)
    except UnknownBreakError as error:
        parser.error(str(error))
    if options.list_breaks:
        _list_breaks(provider.breaks)
        return
    app = provider.create_app(breaks, **{each.argument: getattr(options, each.argument) for each in provider.options})
    if options.write_specs:
        _write_specs(provider, app, options.write_specs)
    else:
        _serve(app, options.port)


def openapi_text(app: FastAPI) -> str:
    """The OpenAPI document of an application as it is committed under specs/."""
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _parser(provider: Provider) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m providers.{provider.name}")
    parser.add_argument("--port", type=_port, default=0, help="port on 127.0.0.1; 0, the default, takes a free one")
    parser.add_argument("--break", dest="breaks", action="append", default=[], metavar="NAME", help="misbehave so")
    parser.add_argument("--list-breaks", action="store_true", help="print each break with a sentence, and stop")
    parser.add_argument("--write-specs", type=Path, metavar="FOLDER", help="write its specifications, and stop")
    for each in provider.options:
        parser.add_argument(f"--{each.name}", metavar=each.metavar, help=each.meaning)
    return parser


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{number} is not a port; give a number from 0 to 65535")
    return number


def _list_breaks(breaks: Sequence[Break]) -> None:
    for each in breaks:
        print(f"{each.name}: {each.sentence}")


def _write_specs(provider: Provider, app: FastAPI, folder: Path) -> None:
    for name, text_of in provider.specs.items():
        file = folder / name
        try:
            file.write_text(text_of(app), encoding="utf-8")
        except OSError as error:
            raise SystemExit(f"Cannot write {file}: {error.strerror}.") from error


def _serve(app: FastAPI, port: int) -> None:
    try:
        listener = socket.create_server((HOST, port))
    except OSError as error:
        raise SystemExit(f"Cannot listen on {HOST}:{port}: {error.strerror}. Choose another --port.") from error
    with listener:
        _AnnouncingServer(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listener])
