"""Where a conversation is held: the provider's address with the path and query of a contract."""

import re
import ssl
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from contracthub.formats.conversation.model import Connect

_PARAMETER = re.compile(r"\{([^{}/]*)\}")
# What a path may hold as it is (RFC 3986 §3.3); a percent sign is already somebody's escape.
_IN_PATH = "/%:@!$&'()*+,;=-._~"


@dataclass(frozen=True, slots=True)
class Address:
    """A host that is asked, and what of it; ``target`` holds path and query."""

    host: str
    port: int
    is_secure: bool
    target: str

    @property
    def authority(self) -> str:
        """Host and port as they stand in an address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_secure else 80) else f"{host}:{self.port}"

    def url(self, scheme: str) -> str:
        """The whole address; ``scheme`` without the s of a secure one."""
        return f"{scheme}{'s' if self.is_secure else ''}://{self.authority}{self.target}"


def address_of(base_url: str, connect: Connect) -> Address:
    """The address of a conversation below the provider's. Never another host: the path begins with a slash."""
    parts = urlsplit(base_url)
    is_secure = parts.scheme in ("https", "wss")
    target = parts.path.rstrip("/") + quote(path_of(connect), safe=_IN_PATH)
    if connect.query:
        target = f"{target}?{urlencode(connect.query)}"
    return Address(parts.hostname or "", parts.port or (443 if is_secure else 80), is_secure, target)


def path_of(connect: Connect) -> str:
    """The path with its parameters filled in."""
    return _PARAMETER.sub(
        lambda match: quote(connect.params[match[1]], safe="") if match[1] in connect.params else match[0],
        connect.template,
    )


def tls_of(address: Address, *, verify: bool) -> ssl.SSLContext | None:
    """What secures the line; None for one in the clear."""
    if not address.is_secure:
        return None
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
