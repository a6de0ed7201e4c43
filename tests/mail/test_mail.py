"""Mails over real SMTP: what arrives, and which of the three ways each failure is."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from ivr.line.telephone import Permanent, TelephoneError, Temporary, Unknown
from ivr.mail import SmtpMail
from tests.mail.smtp_desk import Desk, open_desk

SENDER, ANA = "line@clinic.example", "ana@clinic.example"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


def send(desk: Desk, key: str = "k", user: str = "") -> str:
    mail = SmtpMail(f"smtp://{user}127.0.0.1:{desk.port}", 2)
    return mail.send(SENDER, ANA, "Rose Clinic T9RWR2", "Look.", key)


def test_a_mail_arrives_whole_and_the_same_one_is_known_again(desk: Desk) -> None:
    first, again, other = send(desk), send(desk), send(desk, "another")
    mail = desk.mails[0]
    assert desk.to[0] == ANA
    assert (mail["From"], mail["To"], mail["Subject"]) == (SENDER, ANA, "Rose Clinic T9RWR2")
    assert mail.get_content().strip() == "Look."
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [one["Message-ID"] for one in desk.mails] == [first, again, other]
    assert first == again != other


def test_user_and_password_are_used(desk: Desk) -> None:
    send(desk, user="line:a%40secret@")
    assert desk.logins == ["PLAIN"]


@pytest.mark.parametrize(
    ("verb", "reply", "kind", "enough"),
    [
        ("EHLO", "", Temporary, 0),
        ("AUTH", "535 no", Temporary, 0),  # somebody puts the password right, and it goes out
        ("MAIL", "550 not from there", Temporary, 0),
        ("RCPT", "550 no such mailbox", Permanent, 1),
        ("RCPT", "553 no name of one", Permanent, 1),
        ("RCPT", "450 later", Temporary, 0),
        ("RCPT", "", Temporary, 0),
        ("DATA", "451 later", Temporary, 0),
        (".", "554 looks like spam", Permanent, 0),
        (".", "451 later", Temporary, 0),
        (".", "taken then gone", Unknown, 0),
    ],
)
def test_each_failure_is_one_of_three(
    desk: Desk, verb: str, reply: str, kind: type[TelephoneError], enough: int
) -> None:
    desk.refusals[verb] = reply
    with pytest.raises(kind) as caught:
        send(desk, user="line:secret@" if verb == "AUTH" else "")
    assert caught.value.enough == enough
    assert ANA not in str(caught.value) and "secret" not in str(caught.value)
    assert len(desk.mails) == (kind is Unknown)


def test_a_server_that_is_not_there_is_asked_again_later() -> None:
    with open_desk() as desk:
        pass
    with pytest.raises(Temporary, match="no connection"):
        send(desk)


def test_elsewhere_than_on_this_machine_nothing_goes_out_unencrypted(desk: Desk) -> None:
    """127.1 is this machine too, but none of the names that are let off STARTTLS, which the desk hasn't."""
    with pytest.raises(Temporary):
        SmtpMail(f"smtp://127.1:{desk.port}", 2).send(SENDER, ANA, "s", "b", "k")
    assert desk.mails == []


def test_over_tls_to_a_server_that_can_prove_its_name_and_to_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path, "localhost")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with open_desk(tls) as desk:
        mail = SmtpMail(f"smtps://line:secret@localhost:{desk.port}", 2)
        with pytest.raises(Temporary, match="no connection"):
            mail.send(SENDER, ANA, "s", "b", "k")
        assert desk.mails == [] and desk.logins == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # now its issuer is trusted
        mail.send(SENDER, ANA, "s", "b", "k")
        assert len(desk.mails) == 1
        with pytest.raises(Temporary, match="no connection"):
            SmtpMail(f"smtps://127.0.0.1:{desk.port}", 2).send(SENDER, ANA, "s", "b", "k")


def self_signed(folder: Path, name: str) -> Path:
    """Write a key with a certificate of its own for a host name, and return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2049, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, SHA256())
    )
    file = folder / "desk.pem"
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(text + made.public_bytes(Encoding.PEM))
    return file
