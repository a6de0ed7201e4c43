"""The webhooks for granian's RSGI: one thread decides them all, and none waits for the disk.

With a thread for each request, the threads of 32 callers cost as much as their work: each waits for the
journal, is woken, and fights for the interpreter. Here a request that waits costs a future, and all that wait
are woken by one call when a commit is through (docs/decisions/0009).
"""

from __future__ import annotations

import asyncio
from collections import deque
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
    """Store.record() for one event loop: who records waits for a future, not in a thread."""

    loop: asyncio.AbstractEventLoop

    def __init__(self, store: Store) -> None:
        self._store = store
        self._over: deque[asyncio.Future[None]] = deque()  # those whose wait is over, to be woken together
        self._waking = False

    async def record(self, entries: Sequence[Entry]) -> None:
        """Return when the entries are durable, or in the spill file. Waits as long as Store.record() does."""
        wait: asyncio.Future[None] = self.loop.create_future()
        job = self._store.submit(entries, partial(self._end, wait))
        if job is not None:
            late = self.loop.call_later(self._store.wait, _wake, wait)
            await wait
            late.cancel()
            if job.ended and job.error is None:
                return
        await self.loop.run_in_executor(None, self._store.settle, job, entries)

    def _end(self, wait: asyncio.Future[None]) -> None:
        """In the writer's thread: wake the loop, once for all jobs of a commit."""
        self._over.append(wait)
        if not self._waking:
            self._waking = True
            self.loop.call_soon_threadsafe(self._wake_all)

    def _wake_all(self) -> None:
        self._waking = False
        while self._over:
            _wake(self._over.popleft())


def _wake(wait: asyncio.Future[None]) -> None:
    if not wait.done():
        wait.set_result(None)
