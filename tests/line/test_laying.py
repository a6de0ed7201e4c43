"""What staff lay over the rota: every process sees it, no call under way does, and it can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ivr import app
from ivr.line import laying, shifts
from ivr.line.answer import Line
from ivr.line.following import Following
from ivr.line.laying import Preview, Unfit
from ivr.rota.hours import is_open
from ivr.storage import Store, laid
from ivr.telephony.safe import Safe
from ivr.telephony.static import order
from tests.line.house import NIGHT, House, config, house

MORNING = datetime(2026, 11, 24, 8, tzinfo=UTC)
CHLOE, BEN = "+447700900003", "+447700900002"
NEXT, STRANGER = "CA" + "9" * 32, "+447700900199"  # a caller who rang before is put through sooner


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    """The worker that answers; Ben, Chloe and Ana are on call."""
    with house(tmp_path) as found:
        yield found


@pytest.fixture
def desk(here: House, tmp_path: Path) -> Iterator[Line]:
    """Another worker on the same data, in which somebody changes the rota."""
    told = config(tmp_path)
    with Store(tmp_path) as store:
        yield Line(told, app.flows(told), store, here.clock)


def saved(line: Line, found: Preview) -> int:
    number = laying.save(line, found, "ana", found.state)
    assert number is not None
    return number


def other_people(line: Line, *chain: str, until: datetime = MORNING) -> Preview:
    return laying.overridden(line.config, chain, NIGHT, until, line.clock.now())


def test_a_call_in_another_worker_rings_whoever_was_put_there(here: House, desk: Line) -> None:
    saved(desk, other_people(desk, "chloe", "ana"))
    following = Following(here.line, "worker 2")
    following.look()
    assert BEN in here.rings_a_clinician()  # the minute has begun: it keeps its order
    here.clock.move(60)
    here.next = "/voice"
    for form in ({"CallStatus": "ringing"}, {"Digits": "1"}, {"Digits": "2"}):
        here.goes_on(CallSid=NEXT, From=STRANGER, **form)
    assert CHLOE in here.goes_on(CallSid=NEXT, From=STRANGER, Digits="1")


def test_a_hunt_that_goes_on_keeps_its_order(here: House, desk: Line) -> None:
    assert BEN in here.rings_a_clinician()
    saved(desk, other_people(desk, "ana", "chloe"))
    here.line.editions.look()
    here.clock.move(70)
    assert here.line.config.chain_at(here.clock.now()) == ("ana", "chloe")
    assert CHLOE in here.goes_on(DialCallStatus="no-answer")  # second of then; by now Ana's second would be


def test_everything_else_follows_by_itself(here: House, desk: Line) -> None:
    safe = Safe(here.line)
    assert BEN.encode() in safe.answer("/voice", {})
    saved(desk, other_people(desk, "chloe", "ana"))
    here.line.editions.look()
    here.clock.move(60)
    document = safe.answer("/voice", {})
    assert CHLOE.encode() in document and BEN.encode() not in document
    assert order(here.line.config, here.clock.now(), 1)[0][:2] == ("chloe", "ana")
    shifts.watch(here.line)  # Chloe is first from now on, so her phone is tried
    assert [row["leg"] for row in here.rows("SELECT leg FROM errands")] == ["chloe"]


def test_undoing_leaves_the_past_as_it_was(here: House, desk: Line) -> None:
    number = saved(desk, other_people(desk, "chloe", "ana"))
    here.clock.move(3600)
    later = here.clock.now()
    assert laying.undo(desk, number)
    assert not laying.undo(desk, number)
    here.line.editions.look()
    told = here.line.config
    assert told.chain_at(later - timedelta(minutes=30)) == ("chloe", "ana")
    assert told.chain_at(later + timedelta(minutes=2)) == ("ben", "chloe", "ana")


def test_undone_before_it_begins_it_never_was(here: House, desk: Line) -> None:
    ahead = laying.overridden(desk.config, ("ana",), MORNING, MORNING + timedelta(hours=2), NIGHT)
    number = saved(desk, ahead)
    assert [gap.chain for gap in ahead.thin] == [("ana",)] and ahead.worse
    assert laying.undo(desk, number)
    assert desk.config.chain_at(MORNING + timedelta(hours=1)) == ("ana", "ben", "chloe")


def test_only_who_made_it_undoes_it_unless_asked_for_all(here: House, desk: Line) -> None:
    number = saved(desk, other_people(desk, "chloe", "ana"))
    assert not laying.undo(desk, number, "ben")
    assert laying.undo(desk, number, "ana")


def test_what_changed_meanwhile_isnt_overwritten(here: House, desk: Line) -> None:
    found, other = other_people(desk, "chloe", "ana"), other_people(desk, "ana", "ben")
    saved(desk, found)
    assert laying.save(desk, other, "ben", other.state) is None
    again = other_people(desk, "ana", "ben")
    assert [one.chain for one in again.over] == [("chloe", "ana")]
    saved(desk, again)
    assert desk.config.chain_at(NIGHT + timedelta(minutes=5)) == ("ana", "ben")


def test_somebody_whom_config_has_lost_is_left_out_of_it(here: House, desk: Line) -> None:
    saved(desk, other_people(desk, "chloe", "ben"))
    told = desk.config
    people = {name: one for name, one in told.people.items() if name != "chloe"}
    assert replace(told, people=people).chain_at(NIGHT + timedelta(minutes=5)) == ("ben",)
    nobody = {name: one for name, one in people.items() if name != "ben"}
    assert len(replace(told, people=nobody).rota_table().overrides) == len(told.rota.overrides)


@pytest.mark.parametrize(
    ("chain", "until", "field"),
    [
        ((), MORNING, "first"),
        (("nina",), MORNING, "first"),
        (("ana", "ana"), MORNING, "second"),
        (("ana", "ben"), NIGHT, "until"),
        (("ana", "ben"), NIGHT + timedelta(seconds=30), "until"),
        (("ana", "ben"), NIGHT + timedelta(days=93), "until"),
    ],
)
def test_what_cant_be_is_refused_by_its_field(
    here: House, chain: tuple[str, ...], until: datetime, field: str
) -> None:
    with pytest.raises(Unfit) as error:
        other_people(here.line, *chain, until=until)
    assert error.value.field == field and str(error.value).endswith(".")


def test_a_day_with_other_hours_and_back(here: House, desk: Line) -> None:
    noon = datetime(2026, 11, 25, 12, tzinfo=UTC)
    laying.day_differs(desk, "desk", date(2026, 11, 25), "10:00-11:00", "ana", 0)
    laying.day_differs(desk, "desk", date(2026, 11, 25), "closed", "ana", 1)  # the last one holds
    here.line.editions.look()
    assert here.line.moments.at(int(noon.timestamp())).open["desk"] is False
    with desk.store.read() as conn:
        (row,) = laid.days(conn, date(2026, 11, 24))
    assert laying.day_as_ever(desk, row["id"]) and not laying.day_as_ever(desk, row["id"])
    assert is_open(desk.config.hours_of("desk"), noon)


def test_a_new_process_knows_it_from_the_beginning(desk: Line, tmp_path: Path) -> None:
    saved(desk, other_people(desk, "chloe", "ana"))
    with house(tmp_path, NIGHT + timedelta(minutes=5)) as later:
        assert later.line.moments.at(int(later.clock.now().timestamp())).on_call == ("chloe", "ana")
