"""What the web layer is told when it is put together."""

from dataclasses import dataclass, field

from contracthub.domain.access import Access
from contracthub.services.hub import Rules


@dataclass(frozen=True, slots=True)
class Settings:
    """``public_urls`` are the addresses that the hub is known by: links start with the one that was requested, else
    with the first; without any, with whatever was requested.

    ``trust_forwarded``: the requested one is what ``X-Forwarded-*`` say that it was. On by default, because a Pact
    Broker behind a proxy is commonly set up by these alone. A client that reaches the hub directly can then choose the
    links in its own answers, which it can by ``Host`` anyway; a cache in between must not share them.

    ``shields_url``: badges are redirects to that service; without it they are drawn here.
    """

    public_urls: tuple[str, ...] = ()
    trust_forwarded: bool = True
    rules: Rules = field(default_factory=Rules)
    access: Access = field(default_factory=Access)
    shields_url: str | None = None
