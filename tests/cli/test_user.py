"""`ivr user` and `ivr pin`: accounts from the command line."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner, Result

from ivr.cli.verbs import verbs
from ivr.clock import SystemClock
from ivr.storage import Store, journal, pins, staff, tokens
from tests.cli.clinic import CONFIG, type_in

LINK = re.compile(r"https://line\.example/desk/invitation/([\w-]{43})\n")
ENV = {"IVR_PUBLIC_URL": "https://line.example"}


def user(data: Path, *words: str) -> Result:
    return type_in("user", *words, data=data, env=ENV)


def test_the_first_owner_gets_a_link_that_works(tmp_path: Path) -> None:
    found = LINK.search(user(tmp_path, "add", "ana", "--role", "owner", "--person", "ana").output)
    assert found is not None
    with Store(tmp_path) as store:
        now = SystemClock().now()
        with store.read() as conn:
            who = staff.invited(conn, tokens.digest(found[1]), now)
            noted = [line.data for line in journal.staff(conn)]
        assert who is not None and (who.name, who.role, who.person) == ("ana", "owner", "ana")
        assert noted == [{"who": "command", "what": "invited somebody as owner", "about": "ana"}]
        assert found[1] not in str(noted)
    assert re.search(r"ana +owner +ana +invited", user(tmp_path, "list").output)


def test_what_cannot_be_is_said_in_one_line(tmp_path: Path) -> None:
    user(tmp_path, "add", "ana")
    for words, said in (
        (("add", "ana"), "ana has an account"),
        (("add", "Ana Marlow"), "small letters, digits and _"),
        (("add", "zoe", "--person", "zoe"), "nobody called 'zoe'"),
        (("disable", "zoe"), "no account 'zoe'"),
        (("enable", "ana"), "it is so already"),
    ):
        answer = user(tmp_path, *words)
        assert answer.exit_code == 1 and said in answer.output and answer.output.count("\n") == 1


def test_the_last_owner_stays(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        now = SystemClock().now()
        for name in ("ana", "ben"):
            store.write(lambda conn, name=name: staff.add(conn, name, "owner", "", name, now))  # type: ignore[misc]
            store.write(lambda conn, name=name: staff.accept(conn, name, "scrypt", now))  # type: ignore[misc]
    assert user(tmp_path, "disable", "ben").exit_code == 0
    assert "last owner" in user(tmp_path, "disable", "ana").output
    assert user(tmp_path, "enable", "ben").exit_code == 0
    assert user(tmp_path, "disable", "ana").exit_code == 0


def test_a_reset_ends_the_old_password_and_gives_a_link(tmp_path: Path) -> None:
    first = LINK.search(user(tmp_path, "add", "ana").output)
    second = LINK.search(user(tmp_path, "reset", "ana").output)
    assert first is not None and second is not None and first[1] != second[1]
    with Store(tmp_path) as store, store.read() as conn:
        assert staff.invited(conn, tokens.digest(first[1]), SystemClock().now()) is None
        assert staff.invited(conn, tokens.digest(second[1]), SystemClock().now()) is not None


def test_a_list_of_nobody_says_how_to_begin(tmp_path: Path) -> None:
    Store(tmp_path).close()
    assert "ivr user add NAME --role owner" in user(tmp_path, "list").output


def test_a_pin_is_asked_for_and_not_shown(tmp_path: Path) -> None:
    def set_pin(person: str, typed: str) -> Result:
        around = {"IVR_CONFIG": str(CONFIG), "IVR_DATA": str(tmp_path)}
        return CliRunner().invoke(verbs, ["pin", "set", person], input=f"{typed}\n{typed}\n", env=around)

    found = set_pin("ana", "493817")
    assert found.exit_code == 0 and "The PIN of Ana Marlow is set." in found.output
    assert "493817" not in found.output
    assert "It could be guessed" in set_pin("ana", "123456").output
    assert "nobody called 'zoe'" in set_pin("zoe", "493817").output
    with Store(tmp_path) as store:
        assert pins.check(store, "ana", "493817", SystemClock().now()) == "right"
