"""What the operator of a hub allows webhooks to do (pact-broker-api §14 and §17)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebhookRules:
    """``hosts`` are names, ``*.example.org``, ``/regular expressions/``, addresses or ranges of addresses; without any,
    every host with a public address is allowed. Only a listed host may have a private or loopback address, and only of
    a listed host is the response shown. ``retry_seconds`` are the pauses before each further attempt.
    """

    schemes: tuple[str, ...] = ("https",)
    methods: tuple[str, ...] = ("POST",)
    hosts: tuple[str, ...] = ()
    retry_seconds: tuple[float, ...] = (10, 60, 120, 300, 600, 1200)
    first_delay_seconds: float = 5
    success_statuses: tuple[int, ...] = (200, 201, 202, 203, 204, 205, 206)
    ca_certificates: str | None = None
    verify_tls: bool = True
