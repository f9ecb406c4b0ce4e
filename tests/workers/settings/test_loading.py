"""A settings file either loads whole, or every fault in it is told with its place and its cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.settings import SettingsError, load

BIND = '[[smpp.binds]]\nname = "main"\nsystem_id = "me"\n'


def write(folder: Path, text: str) -> Path:
    file = folder / "tonegate.toml"
    file.write_text(text, encoding="utf-8")
    return file


def problems(folder: Path, text: str, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as raised:
        load(write(folder, text), environ or {})
    return "\n".join(raised.value.problems).replace(f"{folder}/", "")


def test_no_file_means_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load(None, {})
    assert settings.file is None
    assert settings.redis.url == "embedded"
    assert settings.journal.url == f"sqlite:///{tmp_path}/tonegate.db"


def test_the_file_in_the_working_folder_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "[worker]\nattempts = 9\n")
    assert load(None, {}).worker.attempts == 9


def test_a_named_file_that_is_missing_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml: can't read the settings: No such file"):
        load(tmp_path / "nowhere.toml", {})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[core]\n\ntimout_s = 3\n",
            "tonegate.toml:3: [core] timout_s: no such setting; did you mean timeout_s?",
        ),
        ("[cores]\nurl = 'x'\n", "tonegate.toml:1: [cores]: no such table; did you mean core?"),
        (
            "[worker]\ntimeout_s = 3\n",
            "tonegate.toml:2: [worker] timeout_s: no such setting; did you mean [core] timeout_s?",
        ),
        (
            "[redis]\nhost = 'x'\n",
            "tonegate.toml:2: [redis] host: no such setting; did you mean [smpp] binds.host?",
        ),
        ("[redis]\nqqqq = 'x'\n", "tonegate.toml:2: [redis] qqqq: no such setting; there are: url"),
        (
            "[core]\ntimeout_s = 'soon'\n",
            'tonegate.toml:2: [core] timeout_s = "soon" must be a number; for example timeout_s = 5.0',
        ),
        ("[core]\ntimeout_s = 0\n", "[core] timeout_s = 0 must be more than 0"),
        ("[core]\nurl = 'ftp://x'\n", 'url = "ftp://x" has the wrong form; for example url = "http://'),
        ("[core]\nflavour = 'rpc'\n", "must be one of 'document', 'encoded'"),
        ("[core]\nflavour = 'encoded'\n", 'tonegate.toml:2: [core] flavour = "encoded": not spoken yet'),
        ("[core]\ntimeout_s = 20\n", "[core] settle_s = 10 must not be below timeout_s = 20"),
        (
            "[core]\npassword = 'file:nowhere'\n",
            "tonegate.toml:2: [core] password: can't read the secret's file: No such file",
        ),
        (
            BIND + "port = 70000\n",
            "tonegate.toml:4: [[smpp.binds]] (number 1) port = 70000 must be at most 65535",
        ),
        (
            BIND + BIND + "short_codes = [\n 8888,\n]\n",
            "tonegate.toml:7: [[smpp.binds]] (number 2) short_codes = 8888 must be text",
        ),
        ('[[smpp.binds]]\nname = "a"\n', "tonegate.toml:1: [[smpp.binds]] (number 1) system_id is missing"),
        (BIND + BIND, '[smpp] binds has 2 binds with name = "main"'),
        (BIND + 'mode = "receiver"\n', "tonegate.toml:1: [[smpp.binds]] (number 1) reply_via is missing"),
        (
            BIND + 'mode = "receiver"\nreply_via = "main"\nussd_dialect = "echo"\n',
            'ussd_dialect needs mode = "transceiver"',
        ),
        (BIND + 'reply_via = "other"\n', 'reply_via = "other" is no bind that sends; there are: main'),
        (BIND + 'failover = ["other"]\n', 'failover has "other", which is no bind that sends'),
        (
            "[dialogue]\ndefault_language = 'sw'\n",
            "default_language = \"sw\" must be one of languages = ['en']",
        ),
        (
            "[dialogue]\nlanguages = ['en']\nprefixes = { 86 = 'zh' }\n",
            "tonegate.toml:3: [dialogue] prefixes has 86 = \"zh\", which is none of ['en']",
        ),
        (
            "[dialogue]\nprefixes = { '+86' = 'en' }\n",
            '[dialogue] prefixes has "+86": write the digits a number begins with',
        ),
        (
            "[consent]\norder = 'external'\n",
            'tonegate.toml:2: [consent] order = "external" needs [consent.gateway] url: where the gateway listens',
        ),
        (
            "[consent]\norder = 'external'\n[consent.gateway]\nurl = 'https://consent.example/ask'\n",
            "tonegate.toml:3: [consent] gateway needs secret: without it anybody could say yes for a subscriber",
        ),
        (
            "[[consent.rules]]\nway = 'none'\nbrand = 'youth'\n[[consent.rules]]\nway = 'reply'\nbrand = 'Youth'\n",
            "tonegate.toml:5: [[consent.rules]] (number 2) way never counts: rule number 1 fits all that it fits",
        ),
        ("[[consent.rules]]\naction = 'gift'\n", "tonegate.toml:1: [[consent.rules]] (number 1) way is missing"),
        ("[[consent.rules]]\nway = 'external'\n", '(number 1) way = "external" needs [consent.gateway] url'),
        ("[consent.gateway]\nwait_s = 60\n", "gateway.wait_s = 60 must be at most 20"),
        ("[consent]\nstop = 'reply'\n", "[consent] stop: no such setting"),
        ("[limits]\ntime_zone = 'Beijing'\n", '[limits] time_zone = "Beijing" is no time zone: take a name such as'),
        ("[limits]\ntime_zone = 'America'\n", '[limits] time_zone = "America" is no time zone'),
        ("[limits]\ntime_zone = '../UTC'\n", '[limits] time_zone = "../UTC" is no time zone'),
        ("[limits]\ntime_zone = ''\n", '[limits] time_zone = "" is no time zone'),
        ("[limits]\nquiet_hours = '21-8'\n", '[limits] quiet_hours = "21-8" has the wrong form; for example'),
        ("[retention]\ndays = 90\ndelete_days = 30\n", "[retention] delete_days = 30 must not be below days = 90"),
        ("[limits]\nquiet_hours = '21:00-21:00'\n", '[limits] quiet_hours = "21:00-21:00" ends where it begins'),
        ("[limits]\nmessages_per_minute = -1\n", "[limits] messages_per_minute = -1 must be at least 0"),
        ("[journal]\nurl = 'sqlite:///:memory:'\n", "must be a file"),
        (
            "[journal]\nurl = 'mysql://x'\n",
            'tonegate.toml:2: [journal] url has the wrong form; for example url = "sqlite:///',
        ),
        (
            "[console]\nlisten = '8080'\n",
            'listen = "8080" has the wrong form; for example listen = "127.0.0.1:8080"',
        ),
        ("[console]\nlisten = '0.0.0.0:8080'\n", 'tonegate.toml:2: [console] listen = "0.0.0.0:8080" lets others in'),
        ("[console]\ntls_key = 'k'\n", "[console] tls_certificate is missing: a certificate goes with its key"),
        ("core = 3\n", "tonegate.toml:1: [core] must be a table"),
        ("[core\n", "tonegate.toml: not valid TOML:"),
        ("[core]\nurl = 'a'\nurl = 'b'\n", "not valid TOML"),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_would_be_right(tmp_path: Path, text: str, told: str) -> None:
    assert told in problems(tmp_path, text)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    told = problems(tmp_path, "[core]\ntimeout_s = -1\n[worker]\nprocesses = 0\nnonsense = 1\n")
    assert [line.split(":")[1] for line in told.splitlines()] == ["2", "4", "5"]


def test_a_key_after_a_long_text_has_its_own_line(tmp_path: Path) -> None:
    text = '[core]\naccount = """\n[worker]\nattempts = 3\n"""\n"timeout_s" = 0 # no\n'
    assert "tonegate.toml:6: [core] timeout_s" in problems(tmp_path, text)


def test_no_error_shows_a_secret(tmp_path: Path) -> None:
    told = problems(tmp_path, BIND + "password = ['hunter2']\n[journal]\nurl = 'postgres://me:hunter2@db/x'\n")
    assert "hunter2" not in told
    assert "password" in told


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        (
            "TONEGATE_CORE__PASWORD",
            "x",
            "TONEGATE_CORE__PASWORD: no such setting; did you mean TONEGATE_CORE__PASSWORD?",
        ),
        (
            "TONEGATE_CORE_PASSWORD",
            "x",
            "TONEGATE_CORE_PASSWORD: no such setting; did you mean TONEGATE_CORE__PASSWORD?",
        ),
        (
            "TONEGATE_CORE__TIMEOUT_S",
            "soon",
            "environment variable TONEGATE_CORE__TIMEOUT_S: [core] timeout_s",
        ),
        ("TONEGATE_SMPP__BINDS__OTHER__PORT", "1", "the file has no element 'other' there"),
        ("TONEGATE_SMPP__BINDS__0", "1", "names a whole table"),
        ("TONEGATE_SMPP__BINDS", "[", "not a list in JSON"),
        ("TONEGATE_CORE__URL__HOST", "x", "no such setting"),
        ("TONEGATE_SMPP", "{}", None),
    ],
)
def test_a_variable_that_is_no_setting_is_told_by_its_name(
    tmp_path: Path, variable: str, value: str, told: str | None
) -> None:
    if told is None:
        assert load(write(tmp_path, BIND), {variable: value}).smpp.binds[0].name == "main"
    else:
        assert told in problems(tmp_path, BIND, {variable: value})


def test_the_environment_lies_over_the_file(tmp_path: Path) -> None:
    settings = load(
        write(tmp_path, BIND + "[core]\naccount = 'file'\n[dialogue]\nlanguages = ['en']\n"),
        {
            "TONEGATE_CORE__ACCOUNT": "environ",
            "TONEGATE_CORE__QUERY_TRANSACTION": "false",
            "TONEGATE_SMPP__BINDS__MAIN__PORT": "2776",
            "TONEGATE_SMPP__BINDS__0__SHORT_CODES": "8888, 9999",
            "TONEGATE_SMPP__BINDS__1__NAME": "second",
            "TONEGATE_SMPP__BINDS__1__SYSTEM_ID": "two",
            "TONEGATE_DIALOGUE__LANGUAGES": '["en", "zh"]',
            "TONEGATE_LOG": "json",
            "OTHER": "x",
        },
    )
    assert settings.core.account == "environ"
    assert settings.core.query_transaction is False
    assert [(bind.name, bind.port) for bind in settings.smpp.binds] == [("main", 2776), ("second", 2775)]
    assert settings.smpp.binds[0].short_codes == ["8888", "9999"]
    assert settings.dialogue.languages == ["en", "zh"]


def test_relative_paths_count_from_the_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    text = "[journal]\nurl='sqlite:///data/j.db?timeout=3'\n[dialogue]\ntemplates='mine'\n[core]\ncodes='/etc/codes'\n"
    settings = load(write(tmp_path, text), {})
    assert settings.journal.url == f"sqlite:///{tmp_path}/data/j.db?timeout=3"
    assert settings.sandbox.url == f"sqlite:///{tmp_path}/sandbox.db"
    assert settings.dialogue.templates == tmp_path / "mine"
    assert settings.core.codes == Path("/etc/codes")
    assert settings.folder == tmp_path


def test_a_secret_in_a_file_of_its_own_is_read_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "core").write_text("hunter2\n", encoding="utf-8")
    settings = load(write(tmp_path, "[core]\npassword = 'file:core'\n"), {"TONEGATE_REDIS__URL": "redis://:x@h/0"})
    assert settings.core.password.get_secret_value() == "hunter2"
    assert settings.warnings == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[core]\npassword = 'hunter2'\n",
            "tonegate.toml:2: [core] password stands in the file as plain text",
        ),
        (
            "[redis]\nurl = 'redis://:hunter2@h/0'\n",
            "tonegate.toml:2: [redis] url stands in the file as plain text",
        ),
        (BIND + "password = 'ninechars'\n", "has more than the 8 characters"),
        ("[[ussd.gateways]]\nname = 'hub'\nallow = ['0.0.0.0/0']\n", "lets anybody call"),
        ("[console]\nusers = 'u'\nlisten = '0.0.0.0:8080'\n", "passwords in the clear"),
    ],
)
def test_what_works_but_should_not_stay_is_a_warning(tmp_path: Path, text: str, told: str) -> None:
    warnings = "\n".join(load(write(tmp_path, text), {}).warnings)
    assert told in warnings
    assert "hunter2" not in warnings


def test_repr_shows_no_secret(tmp_path: Path) -> None:
    text = (
        BIND + "password='hunter2'\n[core]\npassword='hunter2'\n[journal]\nurl='postgresql+psycopg://me:hunter2@db/x'\n"
    )
    shown = repr(load(write(tmp_path, text), {}))
    assert "hunter2" not in shown
    assert "postgresql+psycopg://me:***@db/x" in shown


def test_each_value_says_where_it_comes_from(tmp_path: Path) -> None:
    settings = load(write(tmp_path, "[core]\ntimeout_s = 2\n"), {"TONEGATE_CORE__SETTLE_S": "3"})
    assert settings.origin(("core", "timeout_s")).endswith("tonegate.toml:2")
    assert settings.origin(("core", "settle_s")) == "environment variable TONEGATE_CORE__SETTLE_S"
    assert settings.origin(("core", "account")) == "default"
