"""The webhooks for granian's RSGI: one thread decides them all, and none waits for the disk.

With a thread for each request, the threads of 32 callers cost as much as their work: each waits for the
journal, is woken, and fights for the interpreter. Here a request that waits costs a future, and all that wait
are woken by one call when a commit is through (docs/decisions/0009).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from ivr.storage import Entry, Store
from ivr.telephony.bridge import Bridge
from ivr.telephony.received import whole
from ivr.telephony.signature import LONGEST_BODY
from ivr.telephony.webhooks import Webhooks

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

_Record = tuple[Sequence[Entry], asyncio.Future[bool]]  # what is written, and who waits: True, it is durable

MOST = 100  # webhooks in one transaction: the first of them waits for the last
# Seconds to let more come in before they are written, for each that was flushed together last.
_EACH, _LONGEST_PAUSE = 0.0003, 0.003
THREADS = 8  # for what does wait: key 1 of a clinician, the spill file; pages have threads of their own


class Front:
    """An RSGI application: the webhooks, and `application` (WSGI) for everything else."""

    def __init__(
        self,
        webhooks: Webhooks,
        store: Store,
        application: WSGIApplication,
        begun: Callable[[], object] = lambda: None,
    ) -> None:
        self._webhooks = webhooks
        self._bridge = Bridge(application)
        self._begun = begun  # called in the loop's thread before the first request
        self._recorder = Recorder(store)
        self._pool = ThreadPoolExecutor(THREADS, "request")

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._recorder.loop = loop
        self._begun()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._pool.shutdown()
        self._recorder.close()
        self._bridge.close()

    def end(self) -> None:
        """Begin to end: what streams is cut off, what was asked is still answered. From any thread."""
        self._bridge.end()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        if scope.proto != "http":
            return
        path, webhooks = scope.path, self._webhooks
        if not webhooks.serves(scope.method, path):
            await self._bridge.answer(scope, protocol)
            return
        length = whole(scope.headers.get("content-length"))
        body = await protocol() if length is not None and length <= LONGEST_BODY else None
        signature = scope.headers.get("x-twilio-signature") or ""
        if webhooks.may_wait(path):
            decided = await self._wait_for(webhooks.answer, path, scope.query_string, body, signature)
        else:
            decided = webhooks.decide(path, scope.query_string, body, signature)
            if decided.entries:
                await self._recorder.record(decided.entries)
        protocol.response_bytes(decided.status, [("content-type", decided.content_type)], decided.body)

    async def _wait_for(self, work: Any, *arguments: Any) -> Any:
        return await self._recorder.loop.run_in_executor(self._pool, partial(work, *arguments))


class Recorder:
    """Store.record() for one event loop: who records waits for a future, not in a thread.

    What is decided while the last entries are flushed is written together, in the loop's own thread, and
    flushed by one other. While somebody else writes, the store's own thread does all of it.
    """

    loop: asyncio.AbstractEventLoop

    def __init__(self, store: Store) -> None:
        self._store = store
        self._flusher = ThreadPoolExecutor(1, "flush")
        self._waiting: list[_Record] = []
        self._crowd = 1  # how many were flushed together last
        self._busy = False  # from the first that waits until the flush is over
        self._stalled = False  # the flush takes longer than anybody waits

    async def record(self, entries: Sequence[Entry]) -> None:
        """Return when the entries are durable, or in the spill file. Waits as long as Store.record() does."""
        durable = False
        if not self._stalled and not self._store.troubled:
            one: _Record = (entries, self.loop.create_future())
            self._waiting.append(one)
            if not self._busy:
                self._soon()
            durable = await one[1]
        if not durable:
            await self.loop.run_in_executor(None, self._store.spill, entries)

    def close(self) -> None:
        """Let the last flush end."""
        self._flusher.shutdown()

    def _soon(self) -> None:
        """Write what waits: at once for a lone caller; a crowd shares a flush, which costs as much as ten."""
        self._busy = True
        if self._crowd > 1:
            self.loop.call_later(min(self._crowd * _EACH, _LONGEST_PAUSE), self._write)
        else:
            self.loop.call_soon(self._write)

    def _write(self) -> None:
        batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        self._crowd = len(batch)
        store = self._store
        if store.begin([entries for entries, _ in batch]):
            flush: Callable[[], None] = store.flush
        else:
            flush = partial(store.write_all, [entries for entries, _ in batch])
        late = self.loop.call_later(store.wait, self._late, batch)
        flushed = self.loop.run_in_executor(self._flusher, flush)
        flushed.add_done_callback(partial(self._flushed, batch, late))

    def _flushed(
        self, batch: list[_Record], late: asyncio.TimerHandle, flushed: asyncio.Future[None]
    ) -> None:
        late.cancel()
        _wake(batch, flushed.exception() is None)
        self._busy = self._stalled = False
        if self._waiting:
            self._soon()

    def _late(self, batch: list[_Record]) -> None:
        """The disk doesn't answer: nobody waits longer. They spill, and whoever comes now does too."""
        self._stalled = True
        waiting, self._waiting = self._waiting, []
        _wake([*batch, *waiting], durable=False)


def _wake(batch: list[_Record], durable: bool) -> None:
    for _, wait in batch:
        if not wait.done():
            wait.set_result(durable)
