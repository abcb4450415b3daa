"""What the web layer is told when it is put together."""

from dataclasses import dataclass, field

from contracthub.services.hub import Rules


@dataclass(frozen=True, slots=True)
class Settings:
    """``public_url`` is the address that links start with; without it, they start with the requested one.

    ``trust_forwarded``: the requested one is what ``X-Forwarded-*`` say that it was. On by default, because a Pact
    Broker behind a proxy is commonly set up by these alone. A client that reaches the hub directly can then choose the
    links in its own answers, which it can by ``Host`` anyway; a cache in between must not share them.
    """

    public_url: str | None = None
    trust_forwarded: bool = True
    rules: Rules = field(default_factory=Rules)
