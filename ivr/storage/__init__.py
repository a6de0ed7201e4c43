"""What the line keeps: the journal, the tables that follow from it, the outbox and the recordings.

`Store` is the only way in. `record()` takes what happened and never raises; `write()` is the one door to any
other change; `read()` lends a connection that can't write. Rows leave the other modules as `sqlite3.Row`.
"""

from ivr.storage.entry import Entry
from ivr.storage.errors import StorageError, StoreUnavailable
from ivr.storage.store import Store

__all__ = ["Entry", "StorageError", "Store", "StoreUnavailable"]
