"""A night in which the disk is full for an hour: who waits is told of meanwhile, and rung for afterwards."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ivr.exchange.caller import Caller, Presses
from ivr.exchange.people import Answers, NoAnswer
from tests.calls.phones import ANA, BEN, CALLER, NIGHT, staged, texts_of

CHLOE = "+447700900004"  # where she has texts sent


def test_the_chain_is_told_while_it_lasts_and_rung_when_it_is_over(tmp_path: Path) -> None:
    with staged(NIGHT, tmp_path) as stage:
        exchange, store = stage.exchange, stage.app.line.store
        exchange.others(NoAnswer())
        store.cut()
        exchange.dial(CALLER, stage.config.clinic.number, Caller(*map(Presses, "121")))
        exchange.run(300)
        waits = Counter(text.to for text in exchange.texts if "nobody took" in text.body)
        assert waits == {BEN: 1, CHLOE: 1, ANA: 1}
        exchange.run(200)
        alarms = [text.to for text in exchange.texts if "the line needs a person" in text.body]
        assert alarms and set(alarms) == {ANA}
        assert waits == Counter(text.to for text in exchange.texts if "nobody took" in text.body)
        exchange.others(Answers(5, "1", talk=60))
        assert store.mend()
        exchange.run(400)
        assert any("joins" in line for line in texts_of(stage)), texts_of(stage)[-20:]
        exchange.run(600)
        assert waits == Counter(text.to for text in exchange.texts if "nobody took" in text.body)
