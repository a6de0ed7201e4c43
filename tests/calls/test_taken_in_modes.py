"""Who is joined to whom, in every mode: by a one-use link, of two who press 1 at once, and for no page."""

from __future__ import annotations

import re
from pathlib import Path

from ivr.cli.stage import Stage
from ivr.exchange.caller import Caller, Leaves, Presses
from ivr.exchange.people import Answers, NoAnswer
from ivr.exchange.switches import Switches
from ivr.storage import pages
from tests.calls.moded import in_modes, moded, reworded
from tests.calls.phones import ANA, BEN, CALLER, CHLOE, NIGHT, texts_of
from tests.calls.stage import ALARM
from tests.calls.test_callback import PIN, at_home, has_pin, rings_about_her_skin

LINK = re.compile(r"https://line\.example(/c/[\w-]+)$")
SKIN = (Presses("1"), Presses("2"), Presses("1"))
TEXT = '"{clinic}: nobody took urgent call {ref} ({disposition}). Ring the patient: {link}"'
SHIPPED = (
    '"{clinic}: nobody took urgent call {ref} ({disposition}). Look it up and ring the patient now."'
)


def page_of(stage: Stage, call: str) -> tuple[str, str | None] | None:
    with stage.app.line.store.read() as conn:
        page = pages.get(conn, call)
    return None if page is None else (page["state"], page["accepted_by"])


@in_modes
def test_a_link_in_a_text_works_once_after_the_pin(tmp_path: Path, mode: str) -> None:
    config = reworded(tmp_path, {SHIPPED: TEXT})
    with moded(mode, NIGHT, tmp_path / "data", config=config) as stage:
        stage.exchange.others(NoAnswer())
        has_pin(stage, "ben")
        call = rings_about_her_skin(stage)
        at_home(stage, Answers(5, "", talk=30))
        stage.exchange.phone(BEN, Answers(3, "1", talk=None))
        (link,) = (LINK.findall(text.body)[0] for text in stage.exchange.texts if text.to == BEN)
        base, headers = "https://line.example", {"Sec-Fetch-Site": "same-origin"}

        def keyed() -> int:
            browser = stage.app.pages.test_client()
            return browser.post(link, base_url=base, headers=headers, data={"pin": PIN}).status_code

        assert [keyed(), keyed()] == [200, 403]
        stage.exchange.run(600)
        heard = texts_of(stage)
        assert any("This is the clinic line, with the call that you asked for." in line for line in heard)
        # He has proved who he is, so he reaches the patient in this very call, with the record or without.
        assert not any("Calls to patients can't be made just now." in line for line in heard)
        assert heard.count("line: joins Ben and patient") == 1
        assert page_of(stage, call) == ("closed", "ben")


@in_modes
def test_of_two_keys_in_a_live_call_one_is_joined(tmp_path: Path, mode: str) -> None:
    config = reworded(tmp_path, {"order: in_turn ": "order: together "})
    switches = Switches(number_ends_at="bridge")  # else the exchange lets the second go before its key
    with moded(mode, NIGHT, tmp_path / "data", config=config, switches=switches) as stage:
        stage.exchange.others(NoAnswer())
        for number in (ANA, BEN, CHLOE):
            stage.exchange.phone(number, Answers(4, "1", at=9))
        call = stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(*SKIN))
        stage.exchange.run()
        stage.exchange.run(60)
        (joined,) = (line for line in texts_of(stage) if "joins" in line)
        found = page_of(stage, call.sid)
        assert found is not None and found[0] == "taken" and found[1] is not None
        assert stage.config.people[found[1]].name.split()[0] in joined


@in_modes
def test_who_hangs_up_before_the_first_gate_is_nobodys_page(tmp_path: Path, mode: str) -> None:
    with moded(mode, NIGHT, tmp_path) as stage:  # every phone that rings is unexpected
        call = stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(Presses("1"), Leaves(3)))
        stage.exchange.run()
        stage.exchange.run(1200)
        assert page_of(stage, call.sid) is None
        assert [text.body for text in stage.exchange.texts if ALARM not in text.body] == []
