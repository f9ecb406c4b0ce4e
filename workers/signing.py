"""The signature by which the house and whoever calls it over HTTP believe each other.

Both sides send `X-Tonegate-Timestamp` (seconds since the epoch) and `X-Tonegate-Signature`: `sha256=` and the
HMAC-SHA256 of time stamp, full stop and what is signed, as hex.
"""

from __future__ import annotations

import hashlib
import hmac

TIMESTAMP, SIGNATURE = "X-Tonegate-Timestamp", "X-Tonegate-Signature"
FRESH_S = 300.0
"""How far the other side's clock may be from ours."""


def signature(secret: str, timestamp: str, signed: bytes) -> str:
    """Return the signature of a request or an answer."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + signed, hashlib.sha256).hexdigest()


def is_signed(secret: str, timestamp: str, given: str, signed: bytes) -> bool:
    """Whether that is its signature, compared in a time that tells nothing of where they differ."""
    right = signature(secret, timestamp, signed)
    return hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())


def is_time(timestamp: str) -> bool:
    """Whether that can be a time stamp."""
    return timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16


def is_fresh(timestamp: str, now: float) -> bool:
    """Whether a time stamp, which `is_time`, is near enough to now, seconds since the epoch."""
    return abs(int(timestamp) - now) <= FRESH_S
