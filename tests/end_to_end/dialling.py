"""Handsets that dial through a gateway over HTTP: the same keys in every dialect, and what is read on the screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
from lxml import etree

from channels.ussd.dialects import DIALECTS, HttpRequest
from tests.house import House, Running
from tests.ports import free_port
from tests.ussd.dialects.kit.gateway import form, posted, query, sent

CODE = "*123#"


class Gateways:
    """The door of a house, with a gateway of every dialect at `/name`; to be made before the house is entered."""

    def __init__(self, house: House, program: Path | None = None, **settings: object) -> None:
        """`settings` are keys of `[ussd]`; `program` is a Python file to run in the place of the front door."""
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        with house.file.open("a") as file:
            file.write(f'[ussd]\nlisten = "127.0.0.1:{self.port}"\n')
            file.writelines(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
            for name in DIALECTS:
                file.write(f'[[ussd.gateways]]\nname = "{name}"\ndialect = "{name}"\npath = "/{name}"\n')
                file.write(f'service_codes = ["{CODE}"]\n')
        self.process = Running("ussd", ["--config", str(house.file), "ussd"], house.folder, program)

    async def is_up(self) -> bool:
        """Whether it answers."""
        try:
            async with aiohttp.ClientSession() as session, session.get(self.base):
                return True
        except aiohttp.ClientError:
            return False


@dataclass
class Handset:
    """One dial of one number."""

    gateway: Gateways
    client: aiohttp.ClientSession
    dialect: str
    number: str
    session: str
    typed: list[str] = field(default_factory=list)
    dialled: str = CODE
    screen: str = ""
    over: bool = False

    async def dial(self, dialled: str = CODE) -> str:
        """Dial; what is on the screen then."""
        self.dialled = dialled
        rest = dialled.removeprefix(CODE.removesuffix("#")).removesuffix("#").strip("*")
        self.typed = rest.split("*") if rest else []
        return await self._show("begin", dialled)

    async def press(self, text: str) -> str:
        """Answer a screen."""
        self.typed.append(text)
        return await self._show("input", text)

    async def again(self) -> str:
        """Let the gateway send the last request once more."""
        return await self._show("input", self.typed[-1])

    async def hang_up(self) -> None:
        """Leave; dialects that have no word for it send nothing."""
        if "abort" in _SAYS[self.dialect](self, "abort", ""):
            request = _SAYS[self.dialect](self, "abort", "")["abort"]
            assert (await sent(self.client, self.gateway.base, request, f"/{self.dialect}")).status == 200

    async def _show(self, kind: str, text: str) -> str:
        request = _SAYS[self.dialect](self, kind, text)[kind]
        answer = await sent(self.client, self.gateway.base, request, f"/{self.dialect}")
        assert answer.status == 200, answer
        flow = answer.headers.get("freeflow", "")
        self.screen, self.over = _READS[self.dialect](answer.body.decode(), flow)
        return self.screen


def _joined(of: Handset, number: str, session: str, text: str, **more: str) -> HttpRequest:
    return form({number: of.number, session: of.session, text: "*".join(of.typed), **more})


def _africas_talking(of: Handset, _kind: str, _text: str) -> dict[str, HttpRequest]:
    said = _joined(of, "phoneNumber", "sessionId", "text", serviceCode=CODE)
    left = form({"phoneNumber": of.number, "sessionId": of.session, "serviceCode": CODE, "status": "Incomplete"})
    return {"begin": said, "input": said, "abort": left}


def _safaricom(of: Handset, _kind: str, _text: str) -> dict[str, HttpRequest]:
    said = _joined(of, "ORIG", "SESSION_ID", "USSD_PARAMS", DEST=CODE)
    return {"begin": said, "input": said}


def _hubtel(of: Handset, _kind: str, text: str) -> dict[str, HttpRequest]:
    base = {"Mobile": of.number, "SessionId": of.session, "ServiceCode": "123", "Sequence": len(of.typed) + 1}
    return {
        name: posted(base | {"Type": kind, "Message": text})
        for name, kind in (("begin", "Initiation"), ("input", "Response"), ("abort", "Release"))
    }


def _arkesel(of: Handset, kind: str, text: str) -> dict[str, HttpRequest]:
    begins = kind == "begin"
    said = {"sessionID": of.session, "userID": "U", "newSession": begins, "msisdn": of.number, "userData": text}
    return {kind: posted(said)} if kind != "abort" else {}


def _nalo(of: Handset, kind: str, text: str) -> dict[str, HttpRequest]:
    said = {"USERID": "U", "MSISDN": of.number, "USERDATA": text, "MSGTYPE": kind == "begin"}
    return {kind: posted(said)} if kind != "abort" else {}


def _beem(of: Handset, kind: str, text: str) -> dict[str, HttpRequest]:
    command = {"begin": "initiate", "input": "continue", "abort": "terminate"}[kind]
    payload = {"request_id": f"r{len(of.typed)}", "response": text}
    said = {"command": command, "msisdn": of.number, "operator": "o", "session_id": of.session, "payload": payload}
    return {kind: posted(said)}


def _infobip(of: Handset, kind: str, text: str) -> dict[str, HttpRequest]:
    step = {"begin": "start", "input": "response", "abort": "end"}[kind]
    said: dict[str, Any] = {"exitCode": 600, "reason": "left"}
    if kind != "abort":
        said = {"msisdn": of.number, "text": text, "shortCode": CODE}
    return {kind: posted(said, f"/{of.session}/{step}")}


def _comviva(of: Handset, kind: str, text: str) -> dict[str, HttpRequest]:
    base = {"SessionID": of.session, "MSISDN": of.number, "MSC": "861380000000"}
    if kind == "abort":
        return {kind: query(base | {"clean": "clean-session", "error": "522"})}
    return {kind: query(base | {"input": text.strip("*#") if kind == "begin" else text})}


def _truroute(of: Handset, kind: str, text: str) -> dict[str, HttpRequest]:
    number = {"begin": 1, "input": 2, "abort": 3}[kind]
    said = f"<ussd><msisdn>{of.number}</msisdn><sessionid>{of.session}</sessionid><type>{number}</type>"
    return {kind: HttpRequest(body=f"{said}<msg>{text}</msg></ussd>".encode())}


def _madapi(of: Handset, kind: str, text: str) -> dict[str, HttpRequest]:
    number = {"begin": "0", "input": "1", "abort": "4"}[kind]
    base = {"sessionId": of.session, "msisdn": of.number, "serviceCode": CODE, "messageType": number}
    return {kind: posted(base | {"ussdString": text})}


def _restcomm(of: Handset, kind: str, text: str) -> dict[str, HttpRequest]:
    inside = {
        "begin": f'<processUnstructuredSSRequest_Request string="{text}"><msisdn number="{of.number}"/>'
        "</processUnstructuredSSRequest_Request>",
        "input": f'<unstructuredSSRequest_Response string="{text}"/>',
        "abort": "<mapUserAbortChoice/>",
    }[kind]
    name = {"begin": "Begin", "input": "Continue", "abort": "Abort"}[kind]
    return {kind: HttpRequest(body=f'<dialog type="{name}" localId="{of.session}">{inside}</dialog>'.encode())}


def _dmark(of: Handset, kind: str, text: str) -> dict[str, HttpRequest]:
    said = {"transactionId": of.session, "msisdn": of.number, "ussdServiceCode": "123", "ussdRequestString": text}
    return {kind: query(said | {"response": "false" if kind == "begin" else "true"})} if kind != "abort" else {}


def _plain(of: Handset, kind: str, text: str) -> dict[str, HttpRequest]:
    said = {"session": of.session, "msisdn": of.number, "code": of.dialled, "request": f"r{len(of.typed)}"}
    more = {"begin": {}, "input": {"input": text}, "abort": {"event": "abort"}}[kind]
    return {kind: posted(said | more)}


_SAYS: dict[str, Callable[[Handset, str, str], dict[str, HttpRequest]]] = {
    "africas_talking": _africas_talking, "safaricom": _safaricom, "hubtel": _hubtel, "arkesel": _arkesel,
    "nalo": _nalo, "beem": _beem, "infobip": _infobip, "comviva": _comviva, "truroute": _truroute,
    "madapi": _madapi, "restcomm": _restcomm, "dmark": _dmark, "plain": _plain,
}  # fmt: skip


def _con(body: str, _: str) -> tuple[str, bool]:
    return body[4:], body.startswith("END")


def _json(text: str, ends: Callable[[Any], bool]) -> Callable[[str, str], tuple[str, bool]]:
    def read(body: str, _: str) -> tuple[str, bool]:
        said = json.loads(body)
        shown = said
        for name in text.split("."):
            shown = shown[name]
        return str(shown), ends(said)

    return read


def _ussd(body: str, _: str) -> tuple[str, bool]:
    root = etree.fromstring(body.encode())
    return root.findtext("msg") or "", root.findtext("type") == "3"


def _dialog(body: str, _: str) -> tuple[str, bool]:
    root = etree.fromstring(body.encode())
    return str(root[0].get("string")), root.get("prearrangedEnd") == "false"


_READS: dict[str, Callable[[str, str], tuple[str, bool]]] = {
    "africas_talking": _con,
    "safaricom": _con,
    "hubtel": _json("Message", lambda said: said["Type"] == "Release"),
    "arkesel": _json("message", lambda said: not said["continueSession"]),
    "nalo": _json("MSG", lambda said: not said["MSGTYPE"]),
    "beem": _json("payload.request", lambda said: said["command"] == "terminate"),
    "infobip": _json("ussdMenu", lambda said: said["shouldClose"]),
    "comviva": lambda body, flow: (body, flow == "FB"),
    "truroute": _ussd,
    "madapi": _json("data.inboundResponse", lambda said: not said["data"]["userInputRequired"]),
    "restcomm": _dialog,
    "dmark": _json("responseString", lambda said: said["action"] == "end"),
    "plain": _json("text", lambda said: said["end"]),
}


def session_of(dialect: str, number: str, count: int) -> str:
    """A gateway's id of a session, which must survive a path and an attribute."""
    return quote(f"{dialect}-{number[-4:]}-{count}")
