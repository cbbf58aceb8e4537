"""Many callers, one model: what is asked at about the same time is computed at once."""

import asyncio
from collections.abc import Callable, Sequence


class Busy(Exception):
    """More is waiting than may wait."""


class Batcher:
    """A queue in front of a function that takes several items in one call.

    It computes nothing while it isn't entered: `async with Batcher(model) as batcher`.
    At the end, what is still waiting gets a `Busy`.

    Args:
        compute: gives a result for each item of a list. It runs in a thread of its own,
            one call at a time, so that the server can listen meanwhile.
        most: how many items one call may have.
        wait: how long, in seconds, the first item may wait for others. 0: not at all;
            what came while the last call ran is still taken together.
        waiting: how many items may wait; the next one is refused.
    """

    def __init__(
        self,
        compute: Callable[[list], Sequence],
        most: int = 32,
        wait: float = 0.002,
        waiting: int = 1024,
    ):
        self.calls = 0
        """How many calls there were so far."""
        self.items = 0
        """How many items they had, together."""
        self._compute, self._most, self._wait = compute, most, wait
        self._queue = asyncio.Queue(waiting)

    async def ask(self, items: Sequence) -> list:
        """Give the results for items, which may be computed beside those of others.

        Raises:
            Busy: they would be too many to wait. Then none of them waits.
            Exception: whatever `compute` raised.
        """
        if self._queue.qsize() + len(items) > self._queue.maxsize:
            raise Busy(f"{self._queue.qsize()} words are waiting; try again later.")
        loop = asyncio.get_running_loop()
        futures = [loop.create_future() for _ in items]
        for pair in zip(items, futures, strict=True):
            self._queue.put_nowait(pair)
        return await asyncio.gather(*futures)

    async def __aenter__(self):
        self._task = asyncio.create_task(self._work())
        return self

    async def __aexit__(self, *error):
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        while not self._queue.empty():
            _fail([self._queue.get_nowait()], Busy("the server ends."))

    async def _work(self) -> None:
        """Gather, compute, hand out, for ever."""
        while True:
            batch = await self._gather()
            self.calls += 1
            self.items += len(batch)
            items = [item for item, _ in batch]
            try:
                results = await asyncio.to_thread(self._compute, items)
                for (_, future), result in zip(batch, results, strict=True):
                    if not future.done():  # else whoever asked has gone
                        future.set_result(result)
            except Exception as error:
                _fail(batch, error)
            except asyncio.CancelledError:
                _fail(batch, Busy("the server ends."))
                raise

    async def _gather(self) -> list:
        """Wait for an item, then for others, no longer than the first one may wait."""
        batch = [await self._queue.get()]
        until = asyncio.get_running_loop().time() + self._wait
        try:
            while len(batch) < self._most:
                if self._queue.empty():
                    if not self._wait:
                        break
                    async with asyncio.timeout_at(until):
                        batch.append(await self._queue.get())
                else:
                    batch.append(self._queue.get_nowait())
        except TimeoutError:
            pass
        return batch


def _fail(batch: Sequence[tuple], error: Exception) -> None:
    """Give an error to whoever still waits for an item of a batch."""
    for _, future in batch:
        if not future.done():
            future.set_exception(error)
