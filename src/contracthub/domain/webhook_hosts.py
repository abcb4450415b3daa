"""Where webhooks may go: the one reader of their addresses, the operator's list of hosts, and which addresses of the
internet protocol are public (security.md §2.1). Asks no name server.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import quote, urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Parsers of addresses disagree about these, and a disagreement is a way around a check.
_CONFUSING = re.compile(r"[\x00-\x20\x7f\\\u0085\u00a0\u2028\u2029\ud800-\udfff]")
MAX_URL_LENGTH = 8192
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*")
_NUMERIC_LABEL = re.compile(r"\d+|0x[0-9a-f]*")
_URL_SAFE = "".join(map(chr, range(0x21, 0x7F)))


class UnusableUrl(ValueError):
    """An address that nothing can be sent to; the text says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart. ``host`` is in lower case and ASCII, without brackets or a closing dot."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def address(self) -> Address | None:
        """The host as an address of the internet protocol, where it is one."""
        return _address(self.host)

    @property
    def authority(self) -> str:
        """The value of the header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == default_port(self.scheme) else f"{host}:{self.port}"


def default_port(scheme: str) -> int:
    """The port that an address of the scheme need not name."""
    return 443 if scheme == "https" else 80


def read_url(url: str) -> Target:
    """Take an ``http`` or ``https`` address apart, the same way when it is stored and when it is used.

    Raises :class:`UnusableUrl` for what two parsers could read in two ways: user information, backslashes, white space,
    numbers that are no dotted quad (``127.1``, ``0x7f000001``, ``0177.0.0.1``), a host that is no name.
    """
    if len(url) > MAX_URL_LENGTH:
        raise UnusableUrl(f"the URL is longer than {MAX_URL_LENGTH} characters")
    if _CONFUSING.search(url):
        raise UnusableUrl("the URL has white space, a control character or a backslash")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise UnusableUrl("the URL can't be read") from error
    if parts.scheme not in {"http", "https"}:
        raise UnusableUrl("the URL's scheme is neither http nor https")
    if "@" in parts.netloc:
        raise UnusableUrl("the URL has a user name or password; use those of the webhook")
    if port == 0:
        raise UnusableUrl("port 0 can't be connected to")
    path = quote(parts.path or "/", safe=_URL_SAFE)
    query = "?" + quote(parts.query, safe=_URL_SAFE) if parts.query else ""
    return Target(parts.scheme, _host(host), port or default_port(parts.scheme), path + query)


def _host(host: str) -> str:
    """A host as it is compared and resolved."""
    if ":" in host:
        address = _address(host)
        if address is None or "%" in host:
            raise UnusableUrl("the URL's host is no IPv6 address")
        return str(address)
    try:
        # Full-width digits and dots become plain ones here, before anything is compared.
        plain = host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError as error:
        raise UnusableUrl("the URL's host is no host name") from error
    if not _NAME.fullmatch(plain):
        raise UnusableUrl("the URL's host is no host name")
    if _NUMERIC_LABEL.fullmatch(plain.rpartition(".")[2]) and _address(plain) is None:
        raise UnusableUrl("the URL's host is a number that is no dotted IPv4 address")
    return plain


def _address(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


class Reach(Enum):
    """From where an address can be reached."""

    PUBLIC = "public"
    # Machines and networks of one's own: a host of that kind is allowed by its name.
    PRIVATE = "private"
    # Metadata services, link-local, multicast, reserved: allowed by address or range only, so that no name server and
    # no wildcard can open them.
    SPECIAL = "special"


_SPECIAL_V4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "169.254.0.0/16",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            # Metadata services outside of the ranges above: Alibaba's, and Azure's, which looks public.
            "100.100.100.200/32",
            "168.63.129.16/32",
        ),
    )
)
_PRIVATE_V4 = tuple(map(IPv4Network, ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
# Metadata services of Amazon and Google inside of the private range.
_SPECIAL_V6 = tuple(map(IPv6Network, ("fd00:ec2::254/128", "fd20:ce::254/128")))
_PRIVATE_V6 = tuple(map(IPv6Network, ("::1/128", "fc00::/7")))
_GLOBAL_V6 = IPv6Network("2000::/3")
# Protocol assignments with Teredo, documentation, 6to4: they lead to other addresses or nowhere.
_NOT_GLOBAL_V6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_NAT64 = IPv6Network("64:ff9b::/96")


def reach_of(address: Address) -> Reach:
    """From where an address can be reached. Written out (IANA's registries of special addresses, RFC 6890), because
    what ``ipaddress`` calls global differs between releases of Python.
    """
    plain = plain_address(address)
    if isinstance(plain, IPv4Address):
        if any(plain in network for network in _SPECIAL_V4):
            return Reach.SPECIAL
        return Reach.PRIVATE if any(plain in network for network in _PRIVATE_V4) else Reach.PUBLIC
    if any(plain in network for network in _SPECIAL_V6):
        return Reach.SPECIAL
    if any(plain in network for network in _PRIVATE_V6):
        return Reach.PRIVATE
    is_global = plain in _GLOBAL_V6 and not any(plain in network for network in _NOT_GLOBAL_V6)
    return Reach.PUBLIC if is_global else Reach.SPECIAL


def plain_address(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for (mapped, NAT64), or the address itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_listed(host: str, hosts: Sequence[str]) -> bool:
    """Whether a host (as :class:`Target` has it) is on the operator's list."""
    address = _address(host)
    return any(_fits(rule, host, address) for rule in hosts)


def _fits(rule: str, host: str, address: Address | None) -> bool:
    if pattern := _pattern(rule):
        return pattern.search(host) is not None
    if network := _network(rule):
        return address is not None and _inside(address, network)
    plain = rule.lower().removesuffix(".")
    return host.endswith(plain[1:]) if plain.startswith("*.") else host == plain


def may_connect(address: Address, host: str, hosts: Sequence[str]) -> bool:
    """Whether a connection to ``address``, which ``host`` resolved to, is allowed.

    A listed name opens private addresses; link-local, metadata, multicast and reserved ones only a listed address or
    range does.
    """
    reach = reach_of(address)
    if reach is Reach.PUBLIC:
        return True
    if any(_inside(address, network) for rule in hosts if (network := _network(rule))):
        return True
    return reach is Reach.PRIVATE and is_listed(host, hosts)


def is_host_rule(rule: str) -> bool:
    """Whether an entry of the operator's list means anything: a name, ``*.name``, ``/expression/``, address, range."""
    if len(rule) > 1 and rule.startswith("/") and rule.endswith("/"):
        return _pattern(rule) is not None
    return _network(rule) is not None or _NAME.fullmatch(rule.lower().removeprefix("*.").removesuffix(".")) is not None


def _inside(address: Address, network: Network) -> bool:
    plain = plain_address(address)
    return (plain.version == network.version and plain in network) or (
        address.version == network.version and address in network
    )


@lru_cache(maxsize=256)
def _pattern(rule: str) -> re.Pattern[str] | None:
    """The operator's own expression, between slashes; one that can't be compiled fits nothing."""
    if len(rule) < 3 or not (rule.startswith("/") and rule.endswith("/")):
        return None
    try:
        return re.compile(rule[1:-1], re.IGNORECASE)
    except re.error:
        return None


@lru_cache(maxsize=256)
def _network(rule: str) -> Network | None:
    try:
        return ip_network(rule.strip("[]"), strict=False)
    except ValueError:
        return None
