"""The tokens that the office gives: JWTs signed with HMAC-SHA-256."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

_KEY = b"the office's key, which is in no report"


def token(name: str, shop: str, role: str, *, seconds: int = 3600) -> str:
    """A token for somebody; with negative ``seconds`` it expired."""
    claims = {"sub": name, "shop": shop, "role": role, "exp": int(time.time()) + seconds}
    signed = f"{_encoded({'alg': 'HS256', 'typ': 'JWT'})}.{_encoded(claims)}"
    return f"{signed}.{_signature(signed)}"


def claims_of(sent: str, has: Callable[[str], bool]) -> dict[str, Any] | None:
    """What a token says of whoever sent it; None for one that is not to be taken. ``has`` tells of seeded faults."""
    try:
        head, payload, signature = sent.split(".")
        header, claims = json.loads(_decoded(head)), json.loads(_decoded(payload))
    except ValueError:
        return None
    is_signed = hmac.compare_digest(_signature(f"{head}.{payload}"), signature)
    is_taken = is_signed or has("unverified-tokens") or (has("unsigned-tokens") and header.get("alg") == "none")
    is_fresh = claims.get("exp", 0) > time.time() or has("eternal-tokens")
    return claims if is_taken and is_fresh and {"sub", "shop", "role"} <= set(claims) else None


def _signature(text: str) -> str:
    return base64.urlsafe_b64encode(hmac.new(_KEY, text.encode(), hashlib.sha256).digest()).decode().rstrip("=")


def _encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
