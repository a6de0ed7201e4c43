"""Staff and their phones, shifts, contacts, links, how pages are worked, changes of the rota."""

from __future__ import annotations

from sqlite_utils import Database

from ivr.storage.migrations.step import Step, run


def _staff(db: Database) -> None:
    run(
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


def _stamps(db: Database) -> None:
    run(
        db,
        """CREATE TABLE stamps (
            name TEXT PRIMARY KEY,
            at TEXT NOT NULL,
            failing_since TEXT,
            why TEXT NOT NULL DEFAULT '') WITHOUT ROWID""",
    )


def _shifts(db: Database) -> None:
    run(
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


def _channels_faults(db: Database) -> None:
    run(
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


def _callback_links(db: Database) -> None:
    run(
        db,
        """CREATE TABLE callback_links (
            token TEXT PRIMARY KEY,
            leg TEXT NOT NULL,
            call TEXT NOT NULL,
            until TEXT NOT NULL,
            used_at TEXT) WITHOUT ROWID""",
    )


def _working(db: Database) -> None:
    run(
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


def _laid(db: Database) -> None:
    run(
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


STEPS: tuple[Step, ...] = (
    ("0006_staff", _staff),
    ("0007_stamps", _stamps),
    ("0008_shifts", _shifts),
    ("0009_channels_faults", _channels_faults),
    ("0010_callback_links", _callback_links),
    ("0011_working", _working),
    ("0012_laid", _laid),
)
