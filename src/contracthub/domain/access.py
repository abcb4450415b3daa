"""Who may do what: the accounts and tokens that the operator of a hub gave out, and what is open to everybody.

What counts as reading, and how credentials travel in a request, is the web's business.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from contracthub.domain.errors import Invalid

TOKEN_PREFIX = "cht_"  # noqa: S105 (what tokens start with, so that scanners of repositories know them)
_TOKEN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,63}):(read|write):sha256:([0-9a-f]{64})")
_SEPARATORS = re.compile(r"[\s,]+")


class Role(StrEnum):
    """What the bearer of a credential may do; who may write may read."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Credential:
    """A name with its role. Only SHA-256 digests are kept; a password that is spelt in two encodings has two."""

    name: str
    role: Role
    digests: tuple[bytes, ...] = field(repr=False)

    def fits(self, digest: bytes) -> bool:
        """Whether it was this one that was presented; takes as long for any digest."""
        compared = [hmac.compare_digest(digest, each) for each in self.digests]
        return any(compared)


@dataclass(frozen=True, slots=True)
class Access:
    """The rules of a hub (pact-broker-api §1 "Authentication"). Without accounts and tokens everything is open."""

    accounts: tuple[Credential, ...] = ()
    tokens: tuple[Credential, ...] = ()
    public_read: bool = False
    public_heartbeat: bool = False
    public_badges: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nobody is asked for anything."""
        return not (self.accounts or self.tokens)

    def account(self, name_and_password: bytes) -> Credential | None:
        """The account whose ``name:password`` that is, as basic authentication sends it."""
        return _found(self.accounts, name_and_password)

    def token(self, secret: bytes) -> Credential | None:
        """The token that reads like that."""
        return _found(self.tokens, secret)


def _found(credentials: Sequence[Credential], presented: bytes) -> Credential | None:
    digest = hashlib.sha256(presented).digest()
    # All are compared, so that the time does not tell which of them came close.
    fitting = [each for each in credentials if each.fits(digest)]
    return fitting[0] if fitting else None


def account(name: str, password: str, role: Role) -> Credential:
    """An account for basic authentication. Raises :class:`Invalid` for a name that can't be sent.

    Clients disagree about the encoding of letters beyond ASCII, so both usual ones are let in.
    """
    if not name or ":" in name:
        raise Invalid("account-name", "The name of an account can't be empty and can't contain a colon.")
    if not password:
        raise Invalid("account-password", f"The account {name} has no password.")
    both = f"{name}:{password}"
    spellings = {both.encode()}
    if max(map(ord, both)) < 256:
        spellings.add(both.encode("latin-1"))
    return Credential(name, role, tuple(hashlib.sha256(each).digest() for each in sorted(spellings)))


def tokens_from(text: str) -> tuple[Credential, ...]:
    """Tokens written ``NAME:read|write:sha256:DIGEST``, separated by white space or commas.

    Raises :class:`Invalid` with the position of one that is not; what it reads is not repeated, it may be a secret.
    """
    words = [word for word in _SEPARATORS.split(text) if word]
    return tuple(_token_from(word, place) for place, word in enumerate(words, start=1))


def _token_from(word: str, place: int) -> Credential:
    match = _TOKEN.fullmatch(word)
    if match is None:
        text = (
            f"Entry {place} is not of the form NAME:read:sha256:DIGEST or NAME:write:sha256:DIGEST. "
            "`contracthub token NAME` makes a token and its entry."
        )
        raise Invalid("token-entry", text)
    return Credential(match[1], Role(match[2]), (bytes.fromhex(match[3]),))


def new_token() -> str:
    """A secret that nobody guesses: 256 random bits."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def token_entry(name: str, role: Role, secret: str) -> str:
    """How a hub is told of a token, without the secret itself. Raises :class:`Invalid` for a name it can't have."""
    entry = f"{name}:{role}:sha256:{hashlib.sha256(secret.encode()).hexdigest()}"
    if not _TOKEN.fullmatch(entry):
        text = "The name of a token is made of letters, digits, dots, dashes and underscores, 64 at most."
        raise Invalid("token-name", text)
    return entry
