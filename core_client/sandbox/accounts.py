"""Portal accounts: who may call which operation."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select, update

from core_client.contract import operations
from core_client.sandbox import tables

_READS = frozenset(name for name, operation in operations().items() if not operation.changes)
STARTING_ACCOUNTS = {
    "tonegate": ("tonegate", frozenset(operations())),
    "lookup": ("lookup", _READS),
}
"""Accounts of a new sandbox: password and rights. `lookup` may only read."""


@dataclass(frozen=True, slots=True)
class PortalAccount:
    """One account."""

    name: str
    salt: str = field(repr=False)
    digest: str = field(repr=False)
    rights: frozenset[str]


_NOBODY = PortalAccount("", secrets.token_hex(16), "", frozenset())


def _digest(password: str, salt: str) -> str:
    """scrypt, about 50 ms: what is stolen from the database is slow to guess (RFC 7914 §2)."""
    return hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1).hex()


def seed_accounts(connection: Connection) -> None:
    """Write the starting accounts into a new database; give those of an old one the rights they lack."""
    known = {row.name: row.rights for row in connection.execute(select(tables.accounts))}
    for name, (password, rights) in STARTING_ACCOUNTS.items():
        if name in known:
            # A database of an older release: its accounts may do what the contract has had since.
            every = " ".join(sorted(rights.union(known[name].split())))
            connection.execute(update(tables.accounts).where(tables.accounts.c.name == name).values(rights=every))
        if known:
            continue
        salt = secrets.token_hex(16)
        row = {"name": name, "salt": salt, "digest": _digest(password, salt), "rights": " ".join(sorted(rights))}
        connection.execute(insert(tables.accounts).values(row))


class Accounts:
    """The accounts in memory.

    A password that was verified once is remembered as a keyed hash that dies with the process, so that only the first
    call of an account pays for scrypt.
    """

    def __init__(self, connection: Connection) -> None:
        rows = connection.execute(select(tables.accounts))
        self._accounts = {
            row.name: PortalAccount(row.name, row.salt, row.digest, frozenset(row.rights.split())) for row in rows
        }
        self._verified: dict[str, bytes] = {}
        self._key = secrets.token_bytes(32)
        self._slots = asyncio.Semaphore(2)  # 16 MiB and a core each: strangers must not have all of them

    async def verify(self, name: str, password: str) -> PortalAccount | None:
        """The account, if that is its password; unknown and wrong look and last the same."""
        account = self._accounts.get(name, _NOBODY)
        quick = hashlib.blake2b(password.encode(), key=self._key).digest()
        known = self._verified.get(account.name)
        if known is not None:
            return account if hmac.compare_digest(known, quick) else None
        async with self._slots:
            digest = await asyncio.to_thread(_digest, password, account.salt)
        if account is _NOBODY or not hmac.compare_digest(digest, account.digest):
            return None
        if self._accounts.get(name) is account:
            self._verified[name] = quick
        return account

    def set_password(self, connection: Connection, name: str, password: str) -> bool:
        """Change a password, in the database and here; False where there is no such account."""
        account = self._accounts.get(name)
        if account is None:
            return False
        salt = secrets.token_hex(16)
        digest = _digest(password, salt)
        connection.execute(
            update(tables.accounts).where(tables.accounts.c.name == name).values(salt=salt, digest=digest)
        )
        self._accounts[name] = PortalAccount(name, salt, digest, account.rights)
        self._verified.pop(name, None)
        return True
