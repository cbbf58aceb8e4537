"""The queue in front of a model."""

import asyncio
import threading

import pytest

from book.serving.batching import Batcher, Busy


def within(coroutine):
    """Run it; one that hangs fails."""
    asyncio.run(asyncio.wait_for(coroutine, 60))


def doubled(items):
    return [2 * item for item in items]


class Held:
    """A function that waits, in its thread, until it is let go; it notes its calls."""

    def __init__(self):
        self.calls, self.go = [], threading.Event()

    def __call__(self, items):
        self.calls.append(list(items))
        assert self.go.wait(10)
        return doubled(items)


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.001)


def test_each_gets_the_results_of_its_own_items_in_order():
    async def main():
        async with Batcher(doubled, most=3) as batcher:
            asked = [[n, n + 100] for n in range(20)]
            found = await asyncio.gather(*map(batcher.ask, asked))
            assert found == [[2 * n, 2 * n + 200] for n in range(20)]
            assert batcher.items == 40
            assert batcher.calls < 40

    within(main())


def test_what_comes_during_a_call_is_taken_together_up_to_the_most():
    async def main():
        held = Held()
        async with Batcher(held, most=3, wait=0) as batcher:
            first = asyncio.create_task(batcher.ask([0]))
            await until(lambda: held.calls)
            others = [asyncio.create_task(batcher.ask([n])) for n in range(1, 6)]
            await asyncio.sleep(0)
            held.go.set()
            await asyncio.gather(first, *others)
            assert held.calls == [[0], [1, 2, 3], [4, 5]]

    within(main())


def test_the_first_waits_for_others():
    async def main():
        held = Held()
        held.go.set()
        async with Batcher(held, most=2, wait=60) as batcher:
            first = asyncio.create_task(batcher.ask([0]))
            await asyncio.sleep(0.05)
            assert held.calls == []  # still waiting
            await asyncio.gather(first, batcher.ask([1]))
            assert held.calls == [[0, 1]]

    within(main())


def test_but_not_for_ever():
    async def main():
        async with Batcher(doubled, most=2, wait=0.01) as batcher:
            assert await asyncio.wait_for(batcher.ask([1]), 10) == [2]

    within(main())


def test_an_error_reaches_those_who_asked_and_the_next_call_works():
    def half(items):
        return [6 // item for item in items]

    async def main():
        async with Batcher(half, wait=0.01) as batcher:
            asked = [batcher.ask([0]), batcher.ask([1, 2])]
            found = await asyncio.gather(*asked, return_exceptions=True)
            assert [type(error) for error in found] == [ZeroDivisionError] * 2
            assert await batcher.ask([3]) == [2]

    within(main())


def test_too_few_results_are_an_error_not_an_endless_wait():
    async def main():
        async with Batcher(lambda items: items[1:]) as batcher:
            with pytest.raises(ValueError, match="shorter"):
                await asyncio.wait_for(batcher.ask([1, 2]), 10)

    within(main())


def test_more_than_may_wait_is_refused_whole():
    async def main():
        held = Held()
        async with Batcher(held, most=1, wait=0, waiting=2) as batcher:
            first = asyncio.create_task(batcher.ask([0]))
            await until(lambda: held.calls)
            second = asyncio.create_task(batcher.ask([1]))
            await asyncio.sleep(0)
            with pytest.raises(Busy, match="1 words are waiting"):
                await batcher.ask([2, 3])
            held.go.set()
            assert await asyncio.gather(first, second) == [[0], [2]]
            assert held.calls == [[0], [1]]  # nothing of what was refused

    within(main())


def test_one_who_has_gone_leaves_the_others_their_results():
    async def main():
        held = Held()
        async with Batcher(held, wait=0.01) as batcher:
            tasks = [asyncio.create_task(batcher.ask([n])) for n in (1, 2)]
            await until(lambda: held.calls)
            tasks[0].cancel()
            held.go.set()
            assert await tasks[1] == [4]

    within(main())


def test_at_the_end_those_who_wait_are_told():
    async def main():
        held = Held()
        async with Batcher(held, most=1, wait=0) as batcher:
            tasks = [asyncio.create_task(batcher.ask([n])) for n in (1, 2)]
            await until(lambda: held.calls)
            threading.Timer(0.05, held.go.set).start()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(error) for error in found] == [Busy] * 2

    within(main())
