"""A proxy that nobody is: what is made to go by way of it fails at once.

The verifier follows redirects wherever they lead, and can't be told not to. Whatever answers at another host is not the
provider under test, and is not to get the headers that are for it.
"""

import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_EXCEPTIONS = "NO_PROXY"
# Where the relays are.
_HERE = ("127.0.0.1", "localhost", "::1")


@contextmanager
def nobodys_proxy() -> Iterator[str]:
    """Its address, which is taken by us and not listened at, while the block runs."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{nobody.getsockname()[1]}"


def nowhere(proxy: str) -> dict[str, str]:
    """The variables that let no connection come about."""
    return _variables(proxy, "")


def nowhere_but(proxy: str, urls: Iterable[str]) -> dict[str, str]:
    """The variables that let no connection come about but to the hosts of these addresses, and to this machine.

    No variables where this machine has a proxy of its own: by that one even the provider may be reached.
    """
    if any(os.environ.get(name) or os.environ.get(name.lower()) for name in _PROXIES):
        return {}
    hosts = filter(None, (urlsplit(url).hostname for url in urls))
    return _variables(proxy, ",".join(dict.fromkeys((*_HERE, *hosts))))


def _variables(proxy: str, exceptions: str) -> dict[str, str]:
    values = dict.fromkeys(_PROXIES, proxy) | {_EXCEPTIONS: exceptions}
    return values | {name.lower(): value for name, value in values.items()}
