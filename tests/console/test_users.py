"""The file of users: who may log in, and what a change does."""

from __future__ import annotations

import json
import stat
import threading
from pathlib import Path

import pytest

from workers.ops.users import Role, Users, UsersError

PASSWORD = "correct horse battery"


@pytest.fixture
def users(tmp_path: Path) -> Users:
    return Users(tmp_path / "users.json", clock=lambda: 1_000.0)


def test_who_was_added_is_known_by_the_password_alone(users: Users) -> None:
    assert True is users.add("anna", Role.OPERATOR, PASSWORD)
    known = users.verify("anna", PASSWORD)
    assert known is not None
    assert ("anna", Role.OPERATOR, 1_000.0) == (known.name, known.role, known.since)
    assert None is users.verify("anna", PASSWORD + " ")
    assert None is users.verify("bert", PASSWORD)


def test_the_file_is_its_owners_alone_and_holds_no_password(users: Users) -> None:
    users.add("anna", Role.ADMIN, PASSWORD)
    assert 0o600 == stat.S_IMODE(users.file.stat().st_mode)
    assert PASSWORD not in users.file.read_text()
    assert json.loads(users.file.read_text())["users"]["anna"]["password"].startswith("$argon2id$")
    assert [users.file.name] == [file.name for file in users.file.parent.iterdir()]


def test_no_hash_is_in_a_repr(users: Users) -> None:
    users.add("anna", Role.ADMIN, PASSWORD)
    assert "argon2" not in repr(users.all())


def test_a_change_gives_another_fingerprint_so_that_sessions_begun_before_end(users: Users) -> None:
    users.add("anna", Role.VIEWER, PASSWORD)
    before = users.all()["anna"].fingerprint
    assert False is users.add("anna", Role.ADMIN, PASSWORD)
    assert before != users.all()["anna"].fingerprint


def test_a_change_by_another_process_is_seen_at_the_next_look(users: Users) -> None:
    users.add("anna", Role.VIEWER, PASSWORD)
    assert ["anna"] == [*users.all()]
    Users(users.file).remove("anna")
    assert [] == [*users.all()]


def test_two_who_add_at_once_are_both_there(users: Users) -> None:
    names = ["anna", "bert", "cleo", "dora"]
    adding = [threading.Thread(target=Users(users.file).add, args=(name, Role.VIEWER, PASSWORD)) for name in names]
    for one in adding:
        one.start()
    for one in adding:
        one.join()
    assert names == sorted(users.all())


@pytest.mark.parametrize("name", ["", "Anna", "1st", "a b", "a" * 41, "../x", "<b>"])
def test_what_is_no_name_is_refused(users: Users, name: str) -> None:
    with pytest.raises(UsersError, match="is no name"):
        users.add(name, Role.VIEWER, PASSWORD)


@pytest.mark.parametrize("password", ["", "x" * 11, "x" * 201])
def test_a_password_too_short_or_too_long_is_refused(users: Users, password: str) -> None:
    with pytest.raises(UsersError, match="12 to 200 characters"):
        users.add("anna", Role.VIEWER, password)
    assert {} == users.all()


def test_who_is_not_there_can_not_be_removed_and_is_told_who_is(users: Users) -> None:
    users.add("anna", Role.VIEWER, PASSWORD)
    with pytest.raises(UsersError, match="no user bert; there are: anna"):
        users.remove("bert")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"users": {"anna": {"role": "king"}}}', "\x00"])
def test_a_file_that_is_none_of_users_lets_nobody_in_and_is_left_as_it_is(users: Users, text: str) -> None:
    users.file.write_text(text)
    with pytest.raises(UsersError, match="is no file of users"):
        users.verify("anna", PASSWORD)
    with pytest.raises(UsersError, match="is no file of users"):
        users.add("anna", Role.ADMIN, PASSWORD)
    assert text == users.file.read_text()
