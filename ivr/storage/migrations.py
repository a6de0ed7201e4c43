"""The tables, as a row of migrations. Never change one that has been released: add another below it.

All times are text in UTC, "2026-11-24T02:10:00Z"; journal.at and calls.last_at have milliseconds.
After adding one, raise SCHEMA in connection.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database, Migrations

MIGRATIONS = Migrations("line")


def migrate(conn: sqlite3.Connection, stop_before: str | None = None) -> int:
    """Bring the tables up to date and return the schema's number. All of it in one transaction, or nothing.

    Two processes may start at once, so the lock is taken before looking what is there: sqlite-utils' own
    transactions begin deferred.
    """
    db = Database(conn)
    conn.execute("BEGIN IMMEDIATE")
    try:
        MIGRATIONS.apply(db, stop_before=stop_before)
        version = len(MIGRATIONS.applied(db))
        conn.execute(f"PRAGMA user_version = {version}")
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
    return version


@MIGRATIONS(name="0001_journal")
def _journal(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE journal (
            seq INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            call TEXT NOT NULL,
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            data TEXT NOT NULL,
            hash TEXT NOT NULL,
            UNIQUE (call, key))""",
        """CREATE INDEX journal_troubles ON journal (seq)
            WHERE kind IN ('spilled', 'alarm', 'safe_answer')""",
        """CREATE TRIGGER journal_keeps_lines BEFORE DELETE ON journal
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only: a line is never deleted'); END""",
        """CREATE TRIGGER journal_keeps_words BEFORE UPDATE ON journal
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only: a line is never changed'); END""",
        # One row that the door writes to find out whether it can.
        "CREATE TABLE probe (id INTEGER PRIMARY KEY CHECK (id = 1), writes INTEGER NOT NULL)",
        "INSERT INTO probe VALUES (1, 0)",
    )


@MIGRATIONS(name="0002_calls")
def _calls(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE calls (
            call TEXT PRIMARY KEY,
            ref TEXT NOT NULL,
            started_at TEXT NOT NULL,
            last_at TEXT NOT NULL,
            ended_at TEXT,
            caller TEXT,
            caller_kind TEXT,
            repeat INTEGER NOT NULL DEFAULT 0,
            revision TEXT,
            path TEXT NOT NULL DEFAULT 'open',
            disposition TEXT,
            last_step TEXT,
            state TEXT NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'ended')),
            status TEXT,
            duration INTEGER,
            hung_up INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID""",
        "CREATE INDEX calls_ref ON calls (ref)",
        "CREATE INDEX calls_started ON calls (started_at)",
        "CREATE INDEX calls_caller ON calls (caller, started_at) WHERE caller IS NOT NULL",
        "CREATE INDEX calls_live ON calls (last_at) WHERE state = 'live'",
        """CREATE TABLE signs (
            call TEXT NOT NULL REFERENCES calls (call),
            gate TEXT NOT NULL,
            sign TEXT NOT NULL,
            how TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (call, gate)) WITHOUT ROWID""",
        """CREATE TABLE pages (
            page TEXT PRIMARY KEY REFERENCES calls (call),
            ref TEXT NOT NULL,
            opened_at TEXT NOT NULL,
            disposition TEXT,
            signs TEXT NOT NULL DEFAULT '[]',
            state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'taken', 'unanswered', 'closed')),
            caller_gone INTEGER NOT NULL DEFAULT 0,
            unanswered_at TEXT,
            accepted_by TEXT,
            accepted_leg TEXT,
            accepted_sid TEXT,
            accepted_at TEXT,
            closed_at TEXT) WITHOUT ROWID""",
        "CREATE INDEX pages_open ON pages (opened_at) WHERE state IN ('open', 'unanswered')",
        """CREATE TABLE attempts (
            id INTEGER PRIMARY KEY,
            call TEXT NOT NULL REFERENCES calls (call),
            "group" TEXT NOT NULL,
            leg TEXT NOT NULL,
            ring INTEGER NOT NULL,
            started_at TEXT NOT NULL,
            outcome TEXT,
            leg_sid TEXT,
            status TEXT,
            sequence INTEGER,
            result TEXT,
            answered_at TEXT,
            ended_at TEXT)""",
        "CREATE INDEX attempts_call ON attempts (call, leg)",
        """CREATE TABLE promises (
            call TEXT NOT NULL REFERENCES calls (call),
            promise TEXT NOT NULL,
            disposition TEXT NOT NULL,
            due_at TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'kept', 'missed')),
            PRIMARY KEY (call, promise)) WITHOUT ROWID""",
        "CREATE INDEX promises_due ON promises (due_at) WHERE state = 'due'",
    )


@MIGRATIONS(name="0003_messages_outbox")
def _messages_outbox(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE messages (
            message TEXT PRIMARY KEY,
            recording TEXT UNIQUE,
            ref TEXT NOT NULL,
            call TEXT NOT NULL REFERENCES calls (call),
            box TEXT NOT NULL,
            seconds INTEGER NOT NULL DEFAULT 0,
            left_at TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'kept', 'lost', 'deleted')),
            fetch_at TEXT NOT NULL,
            tries INTEGER NOT NULL DEFAULT 0,
            paired INTEGER NOT NULL DEFAULT 0,
            file TEXT,
            bytes INTEGER,
            why TEXT,
            provider_deleted_at TEXT) WITHOUT ROWID""",
        "CREATE INDEX messages_call ON messages (call)",
        "CREATE INDEX messages_waiting ON messages (fetch_at) WHERE state = 'waiting'",
        """CREATE INDEX messages_at_provider ON messages (left_at)
            WHERE provider_deleted_at IS NULL AND state IN ('kept', 'deleted')""",
        """CREATE TABLE outbox (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            reader TEXT NOT NULL,
            template TEXT NOT NULL,
            words TEXT NOT NULL,
            call TEXT NOT NULL,
            due_at TEXT NOT NULL,
            deadline TEXT,
            urgent INTEGER NOT NULL DEFAULT 0,
            tries INTEGER NOT NULL DEFAULT 0,
            state TEXT NOT NULL DEFAULT 'queued'
                CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'expired')),
            sid TEXT,
            last_error TEXT,
            claimed_until TEXT)""",
        "CREATE INDEX outbox_due ON outbox (due_at) WHERE state IN ('queued', 'sending')",
    )


@MIGRATIONS(name="0004_revisions")
def _revisions(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE revisions (
            revision TEXT PRIMARY KEY,
            config TEXT NOT NULL,
            flows TEXT NOT NULL,
            stored_at TEXT NOT NULL) WITHOUT ROWID""",
        """CREATE TABLE publications (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            revision TEXT NOT NULL REFERENCES revisions (revision),
            files TEXT NOT NULL,
            how TEXT NOT NULL CHECK (how IN ('start', 'publish', 'signal', 'rollback')),
            "by" TEXT NOT NULL,
            at TEXT NOT NULL)""",
        """CREATE TABLE running (
            process TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            number INTEGER NOT NULL,
            at TEXT NOT NULL) WITHOUT ROWID""",
    )


@MIGRATIONS(name="0005_errands")
def _errands(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE errands (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            leg TEXT NOT NULL,
            data TEXT NOT NULL DEFAULT '{}',
            number TEXT,
            due_at TEXT NOT NULL,
            deadline TEXT NOT NULL,
            tries INTEGER NOT NULL DEFAULT 0,
            state TEXT NOT NULL DEFAULT 'queued'
                CHECK (state IN ('queued', 'placing', 'placed', 'over', 'expired')),
            sid TEXT,
            placed_at TEXT,
            heard_at TEXT,
            answered_at TEXT,
            ended_at TEXT,
            outcome TEXT,
            last_error TEXT,
            claimed_until TEXT)""",
        "CREATE INDEX errands_due ON errands (due_at) WHERE state IN ('queued', 'placing')",
        "CREATE INDEX errands_placed ON errands (heard_at) WHERE state = 'placed'",
        "CREATE INDEX errands_subject ON errands (kind, subject)",
    )


@MIGRATIONS(name="0006_staff")
def _staff(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE staff (
            name TEXT PRIMARY KEY,
            role TEXT NOT NULL CHECK (role IN ('owner', 'clinician', 'desk')),
            person TEXT UNIQUE,
            password TEXT,
            totp TEXT,
            totp_new TEXT,
            totp_step INTEGER NOT NULL DEFAULT 0,
            link TEXT UNIQUE,
            invited_until TEXT,
            made_at TEXT NOT NULL,
            disabled_at TEXT) WITHOUT ROWID""",
        """CREATE TABLE recovery_codes (
            name TEXT NOT NULL REFERENCES staff (name),
            code TEXT NOT NULL,
            used_at TEXT,
            PRIMARY KEY (name, code)) WITHOUT ROWID""",
        """CREATE TABLE sessions (
            token TEXT PRIMARY KEY,
            name TEXT NOT NULL REFERENCES staff (name),
            seen_at TEXT NOT NULL,
            ends_at TEXT NOT NULL) WITHOUT ROWID""",
        "CREATE INDEX sessions_name ON sessions (name)",
        # Guesses at passwords and PINs: "pin:ana".
        """CREATE TABLE tries (
            what TEXT PRIMARY KEY,
            tries INTEGER NOT NULL,
            last_at TEXT NOT NULL,
            free_at TEXT NOT NULL) WITHOUT ROWID""",
        "CREATE TABLE pins (person TEXT PRIMARY KEY, pin TEXT NOT NULL, set_at TEXT NOT NULL) WITHOUT ROWID",
        # Phones of staff. `phone` is a leg id, "ana/1" or "staff/joe"; another number is unproved.
        """CREATE TABLE staff_phones (
            phone TEXT PRIMARY KEY,
            name TEXT NOT NULL REFERENCES staff (name),
            number TEXT NOT NULL,
            code TEXT,
            code_until TEXT,
            proved_at TEXT) WITHOUT ROWID""",
        "CREATE INDEX staff_phones_name ON staff_phones (name)",
        "CREATE INDEX journal_staff ON journal (seq) WHERE kind = 'staff'",
    )


@MIGRATIONS(name="0007_stamps")
def _stamps(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE stamps (
            name TEXT PRIMARY KEY,
            at TEXT NOT NULL,
            failing_since TEXT,
            why TEXT NOT NULL DEFAULT '') WITHOUT ROWID""",
    )


@MIGRATIONS(name="0008_shifts")
def _shifts(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE shifts (
            shift TEXT PRIMARY KEY,
            person TEXT NOT NULL,
            starts_at TEXT NOT NULL,
            ends_at TEXT NOT NULL,
            unreached_at TEXT,
            confirmed_at TEXT) WITHOUT ROWID""",
        "CREATE INDEX shifts_ends ON shifts (ends_at)",
    )


@MIGRATIONS(name="0009_channels_faults")
def _channels_faults(db: Database) -> None:
    _run(
        db,
        # SQLite can't widen a CHECK, so the table is made anew. What had ended by now needs no other way.
        """CREATE TABLE outbox_anew (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            reader TEXT NOT NULL,
            template TEXT NOT NULL,
            words TEXT NOT NULL,
            call TEXT NOT NULL,
            due_at TEXT NOT NULL,
            deadline TEXT,
            urgent INTEGER NOT NULL DEFAULT 0,
            tries INTEGER NOT NULL DEFAULT 0,
            state TEXT NOT NULL DEFAULT 'queued'
                CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'expired', 'merged')),
            sid TEXT,
            last_error TEXT,
            claimed_until TEXT,
            channel TEXT NOT NULL DEFAULT 'text' CHECK (channel IN ('text', 'mail')),
            contact TEXT,
            put_at TEXT NOT NULL,
            sent_at TEXT,
            delivery TEXT,
            unknown INTEGER NOT NULL DEFAULT 0,
            onward INTEGER NOT NULL DEFAULT 0,
            root INTEGER)""",
        """INSERT INTO outbox_anew (id, key, reader, template, words, call, due_at, deadline, urgent, tries,
                state, sid, last_error, claimed_until, put_at, sent_at, onward)
            SELECT id, key, reader, template, words, call, due_at, deadline, urgent, tries,
                state, sid, last_error, claimed_until, due_at, CASE state WHEN 'sent' THEN due_at END,
                state IN ('failed', 'expired') FROM outbox""",
        "DROP TABLE outbox",
        "ALTER TABLE outbox_anew RENAME TO outbox",
        "CREATE INDEX outbox_due ON outbox (due_at) WHERE state IN ('queued', 'sending')",
        "CREATE INDEX outbox_call ON outbox (call)",
        "CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL",
        """CREATE INDEX outbox_stranded ON outbox (id) WHERE urgent = 1 AND onward = 0
            AND (state IN ('failed', 'expired') OR delivery IN ('undelivered', 'failed', 'canceled'))""",
        """CREATE TABLE faults (
            contact TEXT PRIMARY KEY,
            mark TEXT NOT NULL,
            fails INTEGER NOT NULL,
            failed_at TEXT NOT NULL,
            source TEXT NOT NULL,
            code INTEGER,
            off_at TEXT,
            told_at TEXT) WITHOUT ROWID""",
    )


@MIGRATIONS(name="0010_callback_links")
def _callback_links(db: Database) -> None:
    _run(
        db,
        """CREATE TABLE callback_links (
            token TEXT PRIMARY KEY,
            leg TEXT NOT NULL,
            call TEXT NOT NULL,
            until TEXT NOT NULL,
            used_at TEXT) WITHOUT ROWID""",
    )


@MIGRATIONS(name="0011_working")
def _working(db: Database) -> None:
    _run(
        db,
        # `round`: how many rounds of calls were made for it in vain; `next_at`: when the next begins.
        "ALTER TABLE pages ADD COLUMN round INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE pages ADD COLUMN next_at TEXT",
        "ALTER TABLE pages ADD COLUMN first_leg TEXT",
        "ALTER TABLE pages ADD COLUMN joined_at TEXT",
        "ALTER TABLE pages ADD COLUMN talk_seconds INTEGER",
        "ALTER TABLE pages ADD COLUMN ask_at TEXT",
        "ALTER TABLE pages ADD COLUMN outcome TEXT",
        "ALTER TABLE pages ADD COLUMN closed_by TEXT",
        "CREATE INDEX pages_taken ON pages (accepted_at) WHERE state = 'taken'",
        "ALTER TABLE promises ADD COLUMN owner TEXT",
        "ALTER TABLE promises ADD COLUMN reminded_at TEXT",
        "ALTER TABLE promises ADD COLUMN missed_at TEXT",
        "ALTER TABLE promises ADD COLUMN kept_by TEXT",
        "ALTER TABLE calls ADD COLUMN ask_at TEXT",
    )


@MIGRATIONS(name="0012_laid")
def _laid(db: Database) -> None:
    _run(
        db,
        # Over the rota and hours of config.yaml. Rows of one "change" are undone together.
        """CREATE TABLE overrides (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            "change" INTEGER NOT NULL,
            starts_at TEXT NOT NULL,
            ends_at TEXT NOT NULL,
            chain TEXT NOT NULL,
            who TEXT NOT NULL,
            made_at TEXT NOT NULL,
            removed_at TEXT)""",
        "CREATE INDEX overrides_removed ON overrides (id) WHERE removed_at IS NOT NULL",
        """CREATE TABLE exceptions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            hours TEXT NOT NULL,
            day TEXT NOT NULL,
            spans TEXT NOT NULL,
            who TEXT NOT NULL,
            made_at TEXT NOT NULL,
            removed_at TEXT)""",
        "CREATE INDEX exceptions_removed ON exceptions (id) WHERE removed_at IS NOT NULL",
        """CREATE TABLE feeds (
            person TEXT PRIMARY KEY,
            token TEXT NOT NULL UNIQUE,
            made_at TEXT NOT NULL) WITHOUT ROWID""",
    )


@MIGRATIONS(name="0013_reports")
def _reports(db: Database) -> None:
    _run(db, "CREATE INDEX pages_opened ON pages (opened_at)")


@MIGRATIONS(name="0014_desk")
def _desk(db: Database) -> None:
    _run(
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


@MIGRATIONS(name="0015_promises")
def _promises(db: Database) -> None:
    _run(
        db,
        "ALTER TABLE promises ADD COLUMN kept_at TEXT",
        # Older ones were looked after by people alone: nobody is rung about them now.
        """UPDATE promises SET state = 'missed'
            WHERE state = 'due' AND due_at < strftime('%Y-%m-%dT%H:%M:%SZ', 'now')""",
    )


@MIGRATIONS(name="0016_reports")
def _reports_covered(db: Database) -> None:
    # A report reads some weeks from these alone: each look into a table itself is a page from anywhere.
    _run(
        db,
        "DROP INDEX calls_started",
        "CREATE INDEX calls_started ON calls (started_at, path)",
        "DROP INDEX pages_opened",
        """CREATE INDEX pages_opened ON pages (opened_at, disposition, outcome, caller_gone, unanswered_at,
            accepted_by, accepted_at)""",
    )


@MIGRATIONS(name="0017_used")
def _used(db: Database) -> None:
    # What calls of the line's own cost, for the forecast: it is asked for each ten minutes.
    _run(
        db,
        "CREATE INDEX errands_answered ON errands (answered_at) WHERE answered_at IS NOT NULL",
        "CREATE INDEX journal_rung ON journal (at) WHERE kind = 'patient_leg'",
    )


@MIGRATIONS(name="0018_attempts_covered")
def _attempts_covered(db: Database) -> None:
    # When a page's first phone rang, and how each ring ended: a report asks it of thousands.
    _run(
        db,
        "DROP INDEX attempts_call",
        "CREATE INDEX attempts_call ON attempts (call, leg, started_at, outcome)",
    )


@MIGRATIONS(name="0019_promises_kept")
def _promises_kept(db: Database) -> None:
    _run(db, "CREATE INDEX promises_kept ON promises (kept_at) WHERE state = 'kept'")


@MIGRATIONS(name="0020_days")
def _days(db: Database) -> None:
    # What whole days came to: see days.py. A row goes when something changes that its day's sums hold.
    of_call = "SELECT substr(started_at, 1, 10) FROM calls WHERE call = {}"
    of_page = "SELECT substr(opened_at, 1, 10) FROM pages WHERE page = {}"
    counted = "opened_at, disposition, outcome, caller_gone, unanswered_at, accepted_by, accepted_at"
    _run(
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


def _run(db: Database, *statements: str) -> None:
    # One by one: executescript() would commit the transaction that all of this is in.
    for statement in statements:
        db.conn.execute(statement)
