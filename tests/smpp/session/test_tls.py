"""TLS with an SMSC: whom we trust, whom it trusts, and that every failure says what to do.

The certificates are made here; the SMSC is OpenSSL's server by way of Python's, and once npm's smpp.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import ssl
import struct
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from channels.smpp.clock import SystemClock
from channels.smpp.protocol.pdu import Pdu
from channels.smpp.session.connecting import connecting
from channels.smpp.session.session import Session
from channels.smpp.session.terms import BindFailed, State, terms_of
from channels.smpp.session.tls import TlsError
from tests.parts import lacking
from tests.ports import free_port
from tests.smpp.kit.near_smsc import made, parsed
from tests.smpp.session.calling_smsc import PATIENCE_S, Caller, said
from workers.settings import BindSettings

_PEERS = Path(__file__).parents[1] / "peers"
_NAME = "smsc.operator.example"


@dataclass(frozen=True)
class Pem:
    """Files in PEM form."""

    certificate: Path
    key: Path
    both: Path


@dataclass(frozen=True)
class Papers:
    """Who signs, and what is signed."""

    ca: Path
    other_ca: Path
    smsc: Pem
    expired: Pem
    ours: Pem
    foreign: Pem
    """Signed by the other CA."""
    folder: Path


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    folder = tmp_path_factory.mktemp("tls")
    ca, other = trustme.CA(), trustme.CA()
    for name, one in (("ca", ca), ("other", other)):
        one.cert_pem.write_to_path(folder / f"{name}.pem")

    def pem(name: str, leaf: trustme.LeafCert) -> Pem:
        found = Pem(*(folder / f"{name}-{part}.pem" for part in ("certificate", "key", "both")))
        leaf.cert_chain_pems[0].write_to_path(found.certificate)
        leaf.private_key_pem.write_to_path(found.key)
        leaf.private_key_and_cert_chain_pem.write_to_path(found.both)
        return found

    yesterday = datetime.now(UTC) - timedelta(days=1)
    return Papers(
        folder / "ca.pem",
        folder / "other.pem",
        pem("smsc", ca.issue_cert(_NAME, "127.0.0.1")),
        pem("expired", ca.issue_cert(_NAME, "127.0.0.1", not_after=yesterday)),
        pem("ours", ca.issue_cert("tonegate.example")),
        pem("foreign", other.issue_cert("tonegate.example")),
        folder,
    )


def settings(port: int, **more: Any) -> BindSettings:
    return BindSettings(name="main", system_id="tonegate", password="secret", tls=True, port=port, **more)


@asynccontextmanager
async def smsc(context: ssl.SSLContext | None) -> AsyncIterator[int]:
    """Answers binds and nothing else; the port it listens at.  None speaks no TLS.

    A thread with blocking sockets: asyncio's own TLS server closes without the alert that says why.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        stop = threading.Event()
        thread = threading.Thread(target=_answer_calls, args=(listener, context, stop))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            stop.set()
            await asyncio.to_thread(thread.join)


def _answer_calls(listener: socket.socket, context: ssl.SSLContext | None, stop: threading.Event) -> None:
    while not stop.is_set():
        with suppress(OSError, struct.error):  # nobody called, or who called went away
            connection, _ = listener.accept()
            connection.settimeout(PATIENCE_S)
            with connection if context is None else _over_tls(connection, context) as one:
                _answer_bind(one)


def _over_tls(connection: socket.socket, context: ssl.SSLContext) -> ssl.SSLSocket:
    over_tls = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
    try:
        over_tls.do_handshake()
    except ssl.SSLError:  # what came behind is read first, else the kernel takes the alert back with a reset
        with over_tls, socket.socket(fileno=os.dup(over_tls.fileno())) as plain:
            plain.shutdown(socket.SHUT_WR)
            while plain.recv(4096):
                pass
        raise
    return over_tls


def _answer_bind(connection: socket.socket) -> None:
    if not isinstance(connection, ssl.SSLSocket):
        connection.recv(16)
        connection.sendall(b"\x80\0\0\0 is what is said here")
        return
    octets = connection.recv(4096)  # all of the bind: nobody here writes it in slices
    bind = parsed(octets)
    connection.sendall(made(f"{bind.command}_resp", bind.sequence, system_id="smsc"))
    while connection.recv(4096):
        pass


def shows(certificate: Pem, *, asks_for: Path | None = None) -> ssl.SSLContext:
    """What the SMSC shows, and whose certificate it asks for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.both)
    if asks_for is not None:
        context.load_verify_locations(asks_for)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


async def bind_with(wanted: BindSettings) -> None:
    """Connect, bind and part."""
    session = Session(terms_of(wanted), SystemClock())
    try:
        await session.open(connecting(wanted))
        await session.bind("tonegate", "secret", "", _never)
        assert State.BOUND is session.state
    finally:
        session.close("over")


async def test_it_binds_where_the_certificate_is_trusted_and_bears_the_hosts_address(papers: Papers) -> None:
    async with smsc(shows(papers.smsc)) as port:
        await bind_with(settings(port, tls_ca=papers.ca))


async def test_the_name_in_the_certificate_may_be_another_than_the_host(papers: Papers) -> None:
    async with smsc(shows(papers.smsc)) as port:
        await bind_with(settings(port, tls_ca=papers.ca, tls_server_name=_NAME))


async def test_it_shows_its_certificate_where_the_smsc_asks_for_one(papers: Papers) -> None:
    async with smsc(shows(papers.smsc, asks_for=papers.ca)) as port:
        await bind_with(
            settings(port, tls_ca=papers.ca, tls_certificate=papers.ours.certificate, tls_key=papers.ours.key)
        )
        await bind_with(settings(port, tls_ca=papers.ca, tls_certificate=papers.ours.both))


async def test_without_tls_ca_only_whom_the_system_trusts_is_trusted(papers: Papers) -> None:
    async with smsc(shows(papers.smsc)) as port:
        with pytest.raises(OSError, match=f"^TLS with 127.0.0.1:{port}: .* signed by nobody we trust: name its CA"):
            await bind_with(settings(port))


async def test_another_ca_does_not_do(papers: Papers) -> None:
    async with smsc(shows(papers.smsc)) as port:
        with pytest.raises(OSError, match=r"signed by nobody we trust: name its CA in tls_ca$"):
            await bind_with(settings(port, tls_ca=papers.other_ca))


async def test_a_certificate_for_another_name_does_not_do(papers: Papers) -> None:
    async with smsc(shows(papers.smsc)) as port:
        with pytest.raises(OSError, match=r"is not for elsewhere.example: set host or tls_server_name"):
            await bind_with(settings(port, tls_ca=papers.ca, tls_server_name="elsewhere.example"))
        with pytest.raises(OSError, match="is not for localhost: set host or tls_server_name"):
            await bind_with(settings(port, tls_ca=papers.ca, host="localhost"))


async def test_an_expired_certificate_does_not_do(papers: Papers) -> None:
    async with smsc(shows(papers.expired)) as port:
        with pytest.raises(OSError, match=r"has expired: the operator must renew it$"):
            await bind_with(settings(port, tls_ca=papers.ca))


async def test_a_certificate_of_ours_that_is_asked_for_and_not_given_is_said_so(papers: Papers) -> None:
    async with smsc(shows(papers.smsc, asks_for=papers.ca)) as port:
        with pytest.raises((OSError, BindFailed), match="wants a certificate of ours: set tls_certificate"):
            await bind_with(settings(port, tls_ca=papers.ca))


async def test_a_certificate_of_ours_that_the_smsc_does_not_trust_is_said_so(papers: Papers) -> None:
    async with smsc(shows(papers.smsc, asks_for=papers.ca)) as port:
        with pytest.raises((OSError, BindFailed), match="does not trust who signed tls_certificate"):
            await bind_with(settings(port, tls_ca=papers.ca, tls_certificate=papers.foreign.both))


async def test_an_smsc_without_tls_is_said_so(papers: Papers) -> None:
    async with smsc(None) as port:
        with pytest.raises(OSError, match=f"^TLS with 127.0.0.1:{port}: what answers there does not speak TLS"):
            await bind_with(settings(port, tls_ca=papers.ca))


@pytest.mark.filterwarnings("ignore:.*TLSv1.*:DeprecationWarning")
async def test_tls_below_1_2_is_not_spoken(papers: Papers) -> None:
    context = shows(papers.smsc)
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL@SECLEVEL=0")
    async with smsc(context) as port:
        with pytest.raises(OSError, match=r"the SMSC speaks no TLS of version 1\.2 or later"):
            await bind_with(settings(port, tls_ca=papers.ca))


async def test_an_smsc_that_hangs_up_on_the_handshake_without_a_word_is_said_so(papers: Papers) -> None:
    """asyncio's own server does: it tells nobody that it wanted a certificate."""
    server = await asyncio.start_server(
        lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=shows(papers.smsc, asks_for=papers.ca)
    )
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises((OSError, BindFailed), match="over TLS, before it said anything: it may want a certificate"):
            await bind_with(settings(port, tls_ca=papers.ca))


def broken(papers: Papers) -> list[tuple[str, dict[str, Path]]]:
    folder = papers.folder
    (folder / "rubbish.pem").write_text("no PEM at all")
    (folder / "locked.pem").write_bytes(locked(papers.ours.key))
    ours = papers.ours
    return [
        (f"tls_ca: {folder}/none.pem can't be read: No such file", {"tls_ca": folder / "none.pem"}),
        (f"tls_ca: {folder}/rubbish.pem holds no certificate in PEM form", {"tls_ca": folder / "rubbish.pem"}),
        (f"tls_certificate: {folder}/none.pem can't be read", {"tls_certificate": folder / "none.pem"}),
        (
            f"tls_key: {folder}/none.pem can't be read",
            {"tls_certificate": ours.certificate, "tls_key": folder / "none.pem"},
        ),
        (
            f"{ours.certificate} holds no certificate, or {ours.certificate} no key",
            {"tls_certificate": ours.certificate},
        ),
        (
            f"the key in {papers.smsc.key} is not that of the certificate in {ours.certificate}",
            {"tls_certificate": ours.certificate, "tls_key": papers.smsc.key},
        ),
        (
            f"the key in {folder}/locked.pem is protected by a password: `openssl pkey -in {folder}/locked.pem`",
            {"tls_certificate": ours.certificate, "tls_key": folder / "locked.pem"},
        ),
        ("tls_key is set without tls_certificate", {"tls_key": ours.key}),
    ]


def locked(key: Path) -> bytes:
    """The same key under a password."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - trustme's own

    plain = serialization.load_pem_private_key(key.read_bytes(), None)
    return plain.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"secret")
    )


async def test_every_file_that_does_not_do_is_named(papers: Papers) -> None:
    port = free_port()
    for says, files in broken(papers):
        with pytest.raises(TlsError) as error:
            await bind_with(settings(port, **files))
        assert says in str(error.value)


async def test_a_renewed_certificate_needs_no_restart(papers: Papers, tmp_path: Path) -> None:
    trusted = tmp_path / "ca.pem"
    shutil.copy(papers.other_ca, trusted)
    async with smsc(shows(papers.smsc)) as port:
        connect = connecting(settings(port, tls_ca=trusted))
        with pytest.raises(OSError, match="signed by nobody we trust"):
            await connect(asyncio.Protocol)
        shutil.copy(papers.ca, trusted)
        transport, _ = await connect(asyncio.Protocol)  # type: ignore[misc]
        transport.close()


# the SMSC calls us


async def test_an_smsc_may_call_us_over_tls_and_must_show_its_certificate_where_tls_ca_is_set(papers: Papers) -> None:
    port = free_port()
    wanted = settings(
        2775,
        tls_ca=papers.ca,
        tls_certificate=papers.smsc.both,
        outbind_listen=f"127.0.0.1:{port}",
        outbind_system_id="smsc",
        outbind_password="theirs",
    )
    session = Session(terms_of(wanted), SystemClock())
    opening = asyncio.create_task(session.open(connecting(wanted)))
    plain = await Caller.call(port, said())
    assert await plain.hears() is None

    unknown = ssl.create_default_context(cafile=papers.ca)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=unknown)
    writer.write(said())
    assert await Caller(reader, writer).hears() is None
    assert not opening.done()

    known = ssl.create_default_context(cafile=papers.ca)
    known.load_cert_chain(papers.ours.both)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=known)
    writer.write(said())
    await asyncio.wait_for(opening, PATIENCE_S)
    binding = asyncio.create_task(session.bind("tonegate", "secret", "", _never))
    caller = Caller(reader, writer)
    bind = await caller.hears()
    caller.say(made(f"{bind.command}_resp", bind.sequence, system_id="smsc"))
    await binding
    assert State.BOUND is session.state
    session.close("over")
    caller.hang_up()


async def test_an_smsc_that_calls_over_tls_needs_a_certificate_of_ours() -> None:
    wanted = settings(2775, outbind_listen="127.0.0.1:1", outbind_system_id="smsc", outbind_password="theirs")
    with pytest.raises(OSError, match="set tls_certificate and tls_key"):
        await connecting(wanted)(asyncio.Protocol)


# a peer nobody here wrote

_NPM = """
const fs = require('fs'), smpp = require('smpp');
const [certificate, key, ca] = process.argv.slice(1);
const options = {key: fs.readFileSync(key), cert: fs.readFileSync(certificate),
  ca: fs.readFileSync(ca), requestCert: true, rejectUnauthorized: true};
const server = smpp.createServer(options, (session) => {
  session.on('error', () => {});
  session.on('bind_transceiver', (pdu) => session.send(pdu.response({system_id: 'npm', sc_interface_version: 0x50})));
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('data', () => {}).on('end', () => process.exit(0));
"""


@pytest.mark.node
async def test_it_binds_with_npms_smpp_over_tls_and_both_show_a_certificate(papers: Papers) -> None:
    node = shutil.which("node")
    if node is None or not (_PEERS / "node_modules" / "smpp").is_dir():
        lacking("npm's smpp is not installed")
    files = (papers.smsc.certificate, papers.smsc.key, papers.ca)
    npm = await asyncio.create_subprocess_exec(
        *(str(node), "-e", _NPM, "--", *map(str, files)),
        cwd=_PEERS,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert npm.stdout is not None
    try:
        port = int(await asyncio.wait_for(npm.stdout.readline(), PATIENCE_S))
        wanted = settings(
            port,
            interface_version="5.0",
            tls_ca=papers.ca,
            tls_certificate=papers.ours.certificate,
            tls_key=papers.ours.key,
        )
        session = Session(terms_of(wanted), SystemClock())
        await session.open(connecting(wanted))
        await session.bind("tonegate", "secret", "", _never)
        assert (State.BOUND, 0x50) == (session.state, session.peer_version)
        await session.unbind()
        assert "unbound" == await session.ended
    finally:
        npm.kill()
        await npm.wait()


async def _never(_: Pdu) -> int:
    raise AssertionError("nothing was delivered")
