"""The journal, callers' calls and what follows from them; what was live; the calls that the line makes."""

from __future__ import annotations

from sqlite_utils import Database

from ivr.storage.migrations.step import Step, run


def _journal(db: Database) -> None:
    run(
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


def _calls(db: Database) -> None:
    run(
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


def _messages_outbox(db: Database) -> None:
    run(
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


def _revisions(db: Database) -> None:
    run(
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


def _errands(db: Database) -> None:
    run(
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


STEPS: tuple[Step, ...] = (
    ("0001_journal", _journal),
    ("0002_calls", _calls),
    ("0003_messages_outbox", _messages_outbox),
    ("0004_revisions", _revisions),
    ("0005_errands", _errands),
)
