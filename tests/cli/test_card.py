"""`ivr card`: a contact that phones take, whatever the clinic is called."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from ivr.cli.vcard import vcard
from tests.cli.clinic import type_in
from tests.cli.served import CLINIC

NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=120)


def read(card: str) -> dict[str, list[str]]:
    """Read a card as a phone does: unfold, then split each line at its first colon. Values stay escaped."""
    found: dict[str, list[str]] = {}
    for line in card.replace("\r\n ", "").split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        found.setdefault(name, []).append(value)
    return found


def unescaped(value: str) -> str:
    text, signs = "", iter(value)
    for sign in signs:
        if sign == "\\":
            sign = next(signs)
            sign = "\n" if sign in "nN" else sign
        text += sign
    return text


@given(NAMES, NAMES)
def test_any_name_comes_through_folding_and_escaping(name: str, note: str) -> None:
    card = vcard(name, ["+442079460000", "+442079460001"], note)
    assert all(len(line.encode()) <= 75 for line in card.split("\r\n"))
    assert "\n" not in card.replace("\r\n", "") and card.endswith("END:VCARD\r\n")
    fields = read(card)
    assert unescaped(fields["FN"][0]) == unescaped(fields["ORG"][0]) == name
    assert fields["N"][0].endswith(";;;;") and unescaped(fields["N"][0][:-4]) == name
    assert unescaped(fields["NOTE"][0]) == note
    assert fields["TEL;TYPE=WORK,VOICE,PREF"] == ["+442079460000"]
    assert fields["TEL;TYPE=WORK,VOICE"] == ["+442079460001"]


def test_separators_in_a_name_are_escaped() -> None:
    card = vcard("Rose, Lily; Co\\x", ["+442079460000"], "one\ntwo")
    assert "\r\nFN:Rose\\, Lily\\; Co\\\\x\r\n" in card and "\r\nNOTE:one\\ntwo\r\n" in card


def test_a_card_written_again_takes_the_place_of_the_old_one() -> None:
    first, second = vcard("Rose Clinic", ["+442079460000"]), vcard("Rose & Lily", ["+442079460000"])
    assert read(first)["UID"] == read(second)["UID"]
    assert read(first)["UID"] != read(vcard("Rose Clinic", ["+442079460001"]))["UID"]


def test_the_card_of_the_clinic_holds_its_number_and_nobody_elses() -> None:
    asked = type_in("card")
    fields = read(asked.stdout_bytes.decode())
    assert asked.exit_code == 0 and fields["FN"] == ["Rose Clinic"]
    assert [fields[name] for name in fields if name.startswith("TEL")] == [[CLINIC]]
    assert "+4477" not in asked.output  # the clinicians' phones


def test_it_can_be_written_and_shown_as_a_code_for_a_camera(tmp_path: Path) -> None:
    out, svg = tmp_path / "clinic.vcf", tmp_path / "clinic.svg"
    asked = type_in("card", "--out", str(out), "--svg", str(svg), "--qr")
    assert asked.exit_code == 0
    assert out.read_bytes() == type_in("card").stdout_bytes
    assert ElementTree.parse(svg).getroot().tag.endswith("svg")
    assert asked.stdout.count("\n") > 20 and "\u2588" in asked.stdout


def test_a_place_that_cannot_be_written_costs_one_line(tmp_path: Path) -> None:
    asked = type_in("card", "--out", str(tmp_path / "nowhere" / "clinic.vcf"))
    assert asked.exit_code == 1 and asked.output.endswith("Name a file that can be written.\n")
