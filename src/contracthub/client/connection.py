"""Where the hub is and how to be let in. Opens nothing; `contracthub.client.transport` does."""

import base64
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from contracthub.client.errors import HubUnreachable


@dataclass(frozen=True, slots=True)
class Connection:
    """Address, credentials and patience for one hub. Secrets stay out of its repr."""

    base_url: str
    token: str | None = field(default=None, repr=False)
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    timeout: float = 30.0
    retries: int = 3
    verify_tls: bool = True
    ca_file: str | None = None

    def request_headers(self) -> dict[str, str]:
        """The headers that every request carries; a custom header of the same name wins."""
        headers = dict(self.headers)
        authorization = self._authorization()
        if authorization and not any(name.lower() == "authorization" for name in headers):
            headers["Authorization"] = authorization
        return headers

    def _authorization(self) -> str | None:
        if self.token:
            return f"Bearer {self.token}"
        if self.username is None:
            return None
        pair = f"{self.username}:{self.password or ''}".encode()
        return "Basic " + base64.b64encode(pair).decode("ascii")

    def without_secrets(self, text: str) -> str:
        """The text with every secret of this connection blotted out, for messages that a server or library wrote."""
        secrets = [self.token, self.password, *(value for _, value in self.headers)]
        for secret in secrets:
            # Shorter values would blot out ordinary words; a secret of three letters protects nothing.
            if secret and len(secret) > 3:
                text = text.replace(secret, "***")
        return text


def connection_to(url: str, **settings: object) -> Connection:
    """A connection to the hub at this address; a name and password inside the URL are moved out of it.

    Raises HubUnreachable when it is no http(s) address, or when the token can't be sent.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise HubUnreachable(f"The hub's address is no valid URL: {error}.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise HubUnreachable("The hub's address must start with http:// or https:// and name a host.")
    if settings.get("token"):
        settings["token"] = _sendable(str(settings["token"]))
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    netloc = host if port is None else f"{host}:{port}"
    if parts.username and not settings.get("token") and not settings.get("username"):
        settings["username"], settings["password"] = unquote(parts.username), unquote(parts.password or "")
    return Connection(base_url=urlunsplit((parts.scheme, netloc, parts.path.rstrip("/"), "", "")), **settings)  # type: ignore[arg-type]


def _sendable(token: str) -> str:
    """The token without the line break that secrets from files end with; the library's own complaint would show it."""
    token = token.strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise HubUnreachable("The token holds a character that can't be sent: a space, a line break, or no ASCII.")
    return token
