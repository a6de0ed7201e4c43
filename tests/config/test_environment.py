"""Secrets and addresses: from the environment or a file, checked as soon as they are set, never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.config.environment import VARIABLES
from tests.config.clinic import loaded, refused

SID = "AC" + "0123456789abcdef" * 2
TOKEN, NEXT = "8c1f00f4e5d6a7b8c9d0e1f2a3b4c5d6", "1d2c3b4a5f6e7d8c9b0a1f2e3d4c5b6a"
USER_ALONE = "has a user without a password, or the other way round"
SMTP = "smtps://line:a%40secret@mail.example.org:465"
KEY = "kR7-Zq2vT9_xWm4LsYb8NcHd3JfGp6Ae"
FULL = {
    "IVR_DATA": "elsewhere",
    "IVR_PUBLIC_URL": "https://line.example.org/",
    "IVR_SECRET_KEY": KEY,
    "TWILIO_ACCOUNT_SID": SID,
    "TWILIO_AUTH_TOKEN": TOKEN,
}
SECRETS = [name for name, secret in VARIABLES.items() if secret]


def said(folder: Path, env: dict[str, str], serving: bool = False) -> list[str]:
    return [str(problem) for problem in refused(folder, env=env, serving=serving)]


def test_what_is_set_is_there(tmp_path: Path) -> None:
    got = loaded(tmp_path, env=FULL, serving=True).environment

    assert (got.data, got.public_url) == (Path("elsewhere"), "https://line.example.org")
    assert (got.account_sid, got.auth_tokens, got.secret_key) == (SID, (TOKEN,), KEY.encode())
    assert got.twilio_api_url == "https://api.twilio.com"


def test_nothing_need_be_set_only_to_look(tmp_path: Path) -> None:
    got = loaded(tmp_path).environment

    assert (got.data, got.public_url, got.auth_tokens, got.secret_key) == (Path("data"), "", (), b"")


def test_to_serve_everything_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    problems = refused(tmp_path, serving=True)

    assert [(problem.file, problem.message) for problem in problems] == [
        (name, "is not set")
        for name in ("IVR_PUBLIC_URL", "IVR_SECRET_KEY", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
    ]
    assert all(problem.cure for problem in problems)


def test_a_token_that_is_being_changed_counts_beside_the_old_one(tmp_path: Path) -> None:
    got = loaded(tmp_path, env=FULL | {"TWILIO_AUTH_TOKEN_NEXT": NEXT})
    same = loaded(tmp_path, env=FULL | {"TWILIO_AUTH_TOKEN_NEXT": TOKEN})

    assert got.environment.auth_tokens == (TOKEN, NEXT)
    assert same.environment.auth_tokens == (TOKEN,)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_lie_in_a_file(tmp_path: Path, name: str) -> None:
    value = {**FULL, "TWILIO_AUTH_TOKEN_NEXT": NEXT, "IVR_SMTP_URL": SMTP}[name]
    file = tmp_path / "secret"
    file.write_text(f"{value}\n")
    env = {key: text for key, text in FULL.items() if key != name}

    sender = ('number: "+442079460000"', 'number: "+442079460000"\n  mail: "line@clinic.example"')
    got = loaded(tmp_path, sender, env=env | {f"{name}_FILE": str(file)}, serving=True).environment

    assert value in (got.account_sid, got.secret_key.decode(), *got.auth_tokens, got.smtp_url)
    assert value not in repr(got)


def test_a_secret_that_is_given_twice(tmp_path: Path) -> None:
    [problem] = said(tmp_path, FULL | {"IVR_SECRET_KEY_FILE": "/run/secrets/key"})

    assert problem == "IVR_SECRET_KEY: is set, and so is IVR_SECRET_KEY_FILE. Keep one of them."


def test_files_that_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    env = {
        "IVR_SECRET_KEY_FILE": str(tmp_path / "nowhere"),
        "TWILIO_ACCOUNT_SID_FILE": str(tmp_path),
        "TWILIO_AUTH_TOKEN_FILE": str(tmp_path / "empty"),
        "TWILIO_AUTH_TOKEN_NEXT_FILE": str(tmp_path / "binary"),
    }

    problems = refused(tmp_path, env=env)

    assert {one.file: one.message.removeprefix(f"{one.file}_FILE names ") for one in problems} == {
        "IVR_SECRET_KEY": "a file that isn't there",
        "TWILIO_ACCOUNT_SID": "a file that can't be read: Is a directory",
        "TWILIO_AUTH_TOKEN": "an empty file",
        "TWILIO_AUTH_TOKEN_NEXT": "a file that can't be read: it isn't text",
    }


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("kR7-Zq2vT9_xWm4LsYb8NcHd3JfGp6A", "is shorter than 32 characters"),
        ("x" * 40, "could be guessed"),
        ("0123456789abcdef" * 2, "could be guessed"),
        ("0123456789abcdef" * 2 + "0123", "could be guessed"),
        ("abcabcabcabcabcabcabcabcabcabcabcabc", "could be guessed"),
        ("change-me-change-me-please-before-use", "could be guessed"),
        ("your-secret-key-goes-here-and-is-long", "could be guessed"),
        ("password-password-password-password1", "could be guessed"),
        ("kR7-Zq2vT9_xWm4L sYb8NcHd3JfGp6Aeee", "holds a space or a sign that no secret has"),
        ("kR7-Zq2vT9_xWm4LsYb8NcHd3JfGp6Aéé", "holds a space or a sign that no secret has"),
    ],
)
def test_a_bad_key_is_refused_even_if_nothing_is_served(tmp_path: Path, key: str, why: str) -> None:
    [problem] = refused(tmp_path, env={"IVR_SECRET_KEY": key})

    assert (problem.file, problem.message) == ("IVR_SECRET_KEY", why)
    assert key not in str(problem)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("IVR_PUBLIC_URL", "line.example.org", "is not an address that begins with https://"),
        ("IVR_PUBLIC_URL", "https://", "is not an address that begins with https://"),
        ("IVR_PUBLIC_URL", "https://line.example.org/a b", "is not an address that begins with https://"),
        ("IVR_PUBLIC_URL", "https://[line", "is not an address"),
        ("IVR_PUBLIC_URL", "https://line.example.org:port", "is not an address"),
        ("IVR_PUBLIC_URL", "http://line.example.org", "is not encrypted"),
        ("IVR_PUBLIC_URL", "https://u:p@line.example.org", "holds a user or a password"),
        ("IVR_PUBLIC_URL", "https://line.example.org/?a=1", "has something after ? or #"),
        ("IVR_PUBLIC_URL", "https://a_line.example.org", "has _ in its host name, which is refused"),
        ("TWILIO_API_URL", "http://api.example.org", "is not encrypted"),
        ("TWILIO_ACCOUNT_SID", TOKEN, "is not an account id: AC and 32 of 0-9 and a-f"),
        ("TWILIO_AUTH_TOKEN", "12345", "is too short to be an auth token"),
        ("TWILIO_AUTH_TOKEN", f'"{TOKEN} "', "holds a space or a sign that no secret has"),
        ("IVR_DATA", __file__, "is not a folder"),
        ("IVR_SMTP_URL", "mx.example.com", "is not an address that begins with smtps:// or smtp://"),
        ("IVR_SMTP_URL", "https://mx.example.com", "is not an address that begins with smtps:// or smtp://"),
        ("IVR_SMTP_URL", "smtps://mx.example.com:port", "is not the address of a mail server"),
        ("IVR_SMTP_URL", "smtps://line@mx.example.com", USER_ALONE),
        ("IVR_SMTP_URL", "smtps://mx.example.com/inbox", "has something after the host"),
    ],
)
def test_what_is_set_is_checked_even_if_nothing_is_served(
    tmp_path: Path, name: str, value: str, why: str
) -> None:
    [problem] = refused(tmp_path, env={name: value})

    assert (problem.file, problem.message) == (name, why)
    assert problem.cure
    assert value not in str(problem) or value in ("https://", "line.example.org")


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"])
def test_this_machine_itself_may_be_plain_http(tmp_path: Path, url: str) -> None:
    got = loaded(tmp_path, env={"IVR_PUBLIC_URL": url, "TWILIO_API_URL": f"{url}/"}).environment

    assert (got.public_url, got.twilio_api_url) == (url, url)


def test_no_secret_and_no_phone_is_in_the_repr(tmp_path: Path) -> None:
    config = loaded(tmp_path, env=FULL | {"TWILIO_AUTH_TOKEN_NEXT": NEXT}, serving=True)

    shown = repr(config) + str(config) + repr(config.people) + repr(config.groups) + repr(config.clinic)

    for secret in (SID, TOKEN, NEXT, KEY, "+44770", "+44163", "+44207"):
        assert secret not in shown


def test_mails_need_a_sender_and_a_server(tmp_path: Path) -> None:
    [missing] = said(tmp_path, {"IVR_SMTP_URL": SMTP})
    assert "clinic.mail is missing" in missing and "secret" not in missing
    phones = '    phones: ["+447700900002"]'
    [warning] = loaded(tmp_path, (phones, f'{phones}\n    mail: "ben@clinic.example"')).warnings
    assert "people.ben.mail: nothing sends mails. Set IVR_SMTP_URL" in str(warning)


def test_a_report_that_cannot_be_mailed_is_a_warning(tmp_path: Path) -> None:
    edit = ("owner: ana", "owner: ana\nreports: {to: [ana]}")
    address, server = loaded(tmp_path, edit).warnings
    assert "reports.to: ana has no mail address, so no report is sent to them" in str(address)
    assert "reports.to: no report is sent, because nothing sends mails. Set IVR_SMTP_URL" in str(server)
