"""What the desk's pages and the reports read, and the indexes that make them fast."""

from __future__ import annotations

from collections.abc import Iterator

from sqlite_utils import Database

from ivr.storage.migrations.step import Step, run


def _reports(db: Database) -> None:
    run(db, "CREATE INDEX pages_opened ON pages (opened_at)")


def _desk(db: Database) -> None:
    run(
        db,
        "ALTER TABLE messages ADD COLUMN heard_at TEXT",
        "ALTER TABLE messages ADD COLUMN heard_by TEXT",
        "ALTER TABLE messages ADD COLUMN played_at TEXT",
        "ALTER TABLE messages ADD COLUMN played_by TEXT",
        "ALTER TABLE messages ADD COLUMN done_at TEXT",
        "ALTER TABLE messages ADD COLUMN done_by TEXT",
        "ALTER TABLE messages ADD COLUMN note TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE messages ADD COLUMN noted_at TEXT",
        "ALTER TABLE messages ADD COLUMN noted_by TEXT",
        "ALTER TABLE messages ADD COLUMN told_at TEXT",
        "CREATE INDEX messages_left ON messages (left_at)",
        "CREATE INDEX messages_box ON messages (box, left_at)",
        "CREATE INDEX messages_ref ON messages (ref)",
        "CREATE INDEX messages_work ON messages (left_at) WHERE done_at IS NULL AND state <> 'deleted'",
        "CREATE INDEX messages_kept ON messages (box, left_at) WHERE state = 'kept'",
        "CREATE INDEX messages_noted ON messages (box, left_at) WHERE note <> ''",
        # What became of a call's page, beside the call: the list of calls is asked for by it.
        "ALTER TABLE calls ADD COLUMN became TEXT",
        f"UPDATE calls SET became = {_BECAME.format('pages')} FROM pages WHERE pages.page = calls.call",
        f"""CREATE TRIGGER pages_begun AFTER INSERT ON pages BEGIN
            UPDATE calls SET became = {_BECAME.format('NEW')} WHERE call = NEW.page; END""",
        f"""CREATE TRIGGER pages_went_on AFTER UPDATE OF state, outcome ON pages BEGIN
            UPDATE calls SET became = {_BECAME.format('NEW')} WHERE call = NEW.page; END""",
        "CREATE INDEX calls_became ON calls (became, started_at, disposition) WHERE became IS NOT NULL",
        "CREATE INDEX calls_disposition ON calls (disposition, started_at) WHERE disposition IS NOT NULL",
        "CREATE INDEX pages_closed ON pages (closed_at) WHERE state = 'closed'",
        # One row: how far the chain was checked, and what was found.
        """CREATE TABLE chain (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            asked_by TEXT NOT NULL,
            asked_at TEXT NOT NULL,
            seq INTEGER NOT NULL,
            head TEXT NOT NULL,
            ends INTEGER NOT NULL,
            ended_at TEXT,
            problem TEXT NOT NULL DEFAULT '')""",
    )


_BECAME = (
    "CASE {0}.state WHEN 'unanswered' THEN 'open'"
    " WHEN 'closed' THEN COALESCE({0}.outcome, 'closed') ELSE {0}.state END"
)


def _promises(db: Database) -> None:
    run(
        db,
        "ALTER TABLE promises ADD COLUMN kept_at TEXT",
        # Older ones were looked after by people alone: nobody is rung about them now.
        """UPDATE promises SET state = 'missed'
            WHERE state = 'due' AND due_at < strftime('%Y-%m-%dT%H:%M:%SZ', 'now')""",
    )


def _reports_covered(db: Database) -> None:
    # A report reads some weeks from these alone: each look into a table itself is a page from anywhere.
    run(
        db,
        "DROP INDEX calls_started",
        "CREATE INDEX calls_started ON calls (started_at, path)",
        "DROP INDEX pages_opened",
        """CREATE INDEX pages_opened ON pages (opened_at, disposition, outcome, caller_gone, unanswered_at,
            accepted_by, accepted_at)""",
    )


def _used(db: Database) -> None:
    # What calls of the line's own cost, for the forecast: it is asked for each ten minutes.
    run(
        db,
        "CREATE INDEX errands_answered ON errands (answered_at) WHERE answered_at IS NOT NULL",
        "CREATE INDEX journal_rung ON journal (at) WHERE kind = 'patient_leg'",
    )


def _attempts_covered(db: Database) -> None:
    # When a page's first phone rang, and how each ring ended: a report asks it of thousands.
    run(
        db,
        "DROP INDEX attempts_call",
        "CREATE INDEX attempts_call ON attempts (call, leg, started_at, outcome)",
    )


def _promises_kept(db: Database) -> None:
    run(db, "CREATE INDEX promises_kept ON promises (kept_at) WHERE state = 'kept'")


def _days(db: Database) -> None:
    # What whole days came to: see days.py. A row goes when something changes that its day's sums hold.
    of_call = "SELECT substr(started_at, 1, 10) FROM calls WHERE call = {}"
    of_page = "SELECT substr(opened_at, 1, 10) FROM pages WHERE page = {}"
    counted = "opened_at, disposition, outcome, caller_gone, unanswered_at, accepted_by, accepted_at"
    run(
        db,
        "CREATE TABLE days (day TEXT PRIMARY KEY, form INTEGER NOT NULL, sums TEXT NOT NULL) WITHOUT ROWID",
        *_ends_days("calls", "started_at, path", "substr({0}.started_at, 1, 10)", of_page.format("{0}.call")),
        *_ends_days("pages", counted, "substr({0}.opened_at, 1, 10)", of_call.format("{0}.page")),
        *_ends_days("attempts", "started_at, outcome", of_page.format("{0}.call")),
        *_ends_days("promises", "state", of_call.format("{0}.call")),
    )


def _ends_days(table: str, columns: str, *days: str) -> Iterator[str]:
    """Yield triggers that take away the `days` of a row (SQL for each, {0} being the row) that changes."""
    for what, rows in ((f"UPDATE OF {columns}", ("OLD", "NEW")), ("INSERT", ("NEW",)), ("DELETE", ("OLD",))):
        gone = " ".join(f"DELETE FROM days WHERE day = ({day.format(row)});" for day in days for row in rows)
        name = f"{table}_{what[:6].lower()}_ends_days"
        yield f"CREATE TRIGGER {name} AFTER {what} ON {table} BEGIN {gone} END"


def _calls_found(db: Database) -> None:
    # Both asked for at once is one place in an index: a pair that never came together is missed at once.
    run(
        db,
        "DROP INDEX calls_became",
        "CREATE INDEX calls_became ON calls (became, started_at) WHERE became IS NOT NULL",
        """CREATE INDEX calls_became_of ON calls (became, disposition, started_at)
            WHERE became IS NOT NULL AND disposition IS NOT NULL""",
    )


STEPS: tuple[Step, ...] = (
    ("0013_reports", _reports),
    ("0014_desk", _desk),
    ("0015_promises", _promises),
    ("0016_reports", _reports_covered),
    ("0017_used", _used),
    ("0018_attempts_covered", _attempts_covered),
    ("0019_promises_kept", _promises_kept),
    ("0020_days", _days),
    ("0021_calls_found", _calls_found),
)
