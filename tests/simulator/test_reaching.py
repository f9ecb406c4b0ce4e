"""How SMSC and ESME reach one another besides a plain bind: alerts, outbind, TLS; with npm's smpp."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme

from channels.simulator import Conduct, Smsc
from tests.simulator.conftest import Start
from tests.simulator.wire import until
from tests.smpp.peers.npm_esme import NpmEsme

pytestmark = pytest.mark.node
NUMBER = "8613800000001"


async def test_an_alert_names_the_handset_that_is_there_again(start: Start) -> None:
    sim = await start()
    async with NpmEsme(sim.address[1]) as esme:
        await esme.bind()
        assert sim.smsc.alert(NUMBER, "5000") == 1
        alert = await esme.next("alert_notification")
        assert (alert["source_addr"], alert["source_addr_ton"], alert["esme_addr"]) == (NUMBER, 1, "5000")
        sim.smsc.text(NUMBER, "5000", "still here")
        assert (await esme.next("deliver_sm"))["short_message"] == "still here"
    assert sim.counts("operations")["alert_notification"] == 1


async def test_an_alert_goes_to_the_binds_of_its_short_code_that_receive(start: Start) -> None:
    sim = await start()
    async with (
        NpmEsme(sim.address[1]) as own,
        NpmEsme(sim.address[1]) as other,
        NpmEsme(sim.address[1]) as sender,
    ):
        await own.bind(address_range="5000")
        await other.bind(address_range="6000")
        await sender.bind("transmitter")
        assert (sim.smsc.alert(NUMBER, "5000"), sim.smsc.alert(NUMBER)) == (1, 2)
        assert (await other.next("alert_notification"))["esme_addr"] == ""


async def test_an_alert_is_sent_over_http(serve: Callable[..., Any]) -> None:
    sim = await serve()
    async with NpmEsme(sim.at.smpp[1]) as esme:
        await esme.bind()
        async with sim.http.post("/api/alerts", json={"number": NUMBER}) as response:
            assert await response.json() == {"binds": 1}
        async with sim.http.post("/api/alerts", json={"number": "somebody"}) as response:
            assert response.status == 422
        assert (await esme.next("alert_notification"))["source_addr"] == NUMBER


async def test_an_esme_that_waits_is_called_and_gets_what_waits(start: Start) -> None:
    sim = await start(outbind_password="knock")
    sim.smsc.text(NUMBER, "5000", "early")
    async with NpmEsme() as esme:
        await sim.smsc.outbind("127.0.0.1", esme.port)
        called = await esme.next("outbind")
        assert (called["system_id"], called["password"]) == ("tonegate-sim", "knock")
        assert (await esme.bind("receiver"))["command_status"] == 0
        assert (await esme.next("deliver_sm"))["short_message"] == "early"
        await until(lambda: sim.smsc.waiting == 0)


async def test_an_esme_that_comes_later_or_hangs_up_is_called_again(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = taken.getsockname()[1]
        sim = await start(outbind=f"127.0.0.1:{nobody}")
        with pytest.raises(ConnectionRefusedError):
            await sim.smsc.outbind("127.0.0.1", nobody)
        assert sim.counts("operations")["outbind"] == 0
    async with NpmEsme() as esme:
        sim = await start(outbind=f"127.0.0.1:{esme.port}")
        for _ in range(2):
            await esme.next("outbind")
            await esme.bind("receiver")
            sim.smsc.cut_links()
        await esme.next("outbind")


@pytest.mark.parametrize("address", ["5000", ":5000", "host:", "host:port"])
async def test_an_address_to_call_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="is not HOST:PORT"):
        await Smsc(conduct=Conduct(outbind=address)).start("127.0.0.1", 0)


@dataclass
class Pems:
    """Certificates as files."""

    ca: Path
    smsc: Path
    esme: Path
    stranger: Path


@pytest.fixture
def pems(tmp_path: Path) -> Pems:
    """A CA, a certificate of it for each side, and one of another CA."""
    ours, another = trustme.CA(), trustme.CA()
    certificates = {"smsc": ours, "esme": ours, "stranger": another}
    for name, ca in certificates.items():
        ca.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / f"{name}.pem"))
    ours.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return Pems(*(tmp_path / f"{name}.pem" for name in ("ca", "smsc", "esme", "stranger")))


async def test_a_text_goes_over_tls(start: Start, pems: Pems) -> None:
    sim = await start(tls_certificate=pems.smsc)
    async with NpmEsme(sim.address[1], ca=pems.ca) as esme:
        await esme.bind()
        sim.smsc.text(NUMBER, "5000", "in secret")
        assert (await esme.next("deliver_sm"))["short_message"] == "in secret"


async def test_an_esme_whose_certificate_is_asked_for_shows_it(start: Start, pems: Pems) -> None:
    sim = await start(tls_certificate=pems.smsc, tls_client_ca=pems.ca)
    async with NpmEsme(sim.address[1], ca=pems.ca, cert=pems.esme, key=pems.esme) as esme:
        assert (await esme.bind())["command_status"] == 0


@pytest.mark.parametrize("shown", [None, "stranger"])
async def test_an_esme_without_the_right_certificate_never_binds(start: Start, pems: Pems, shown: str | None) -> None:
    sim = await start(tls_certificate=pems.smsc, tls_client_ca=pems.ca)
    own = {} if shown is None else {"cert": pems.stranger, "key": pems.stranger}
    try:
        async with NpmEsme(sim.address[1], ca=pems.ca, **own) as esme:
            await esme.closed.wait()  # TLS 1.3: the ESME learns of it after its own handshake
    except ConnectionError:
        pass
    assert sim.smsc.binds() == []
    assert sim.counts("pdus")["in"] == 0


async def test_a_certificate_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()
    for name, error in (("missing.pem", FileNotFoundError), ("empty.pem", ssl.SSLError)):
        with pytest.raises(error):
            await Smsc(conduct=Conduct(tls_certificate=tmp_path / name)).start("127.0.0.1", 0)
