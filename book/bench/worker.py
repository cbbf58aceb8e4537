"""A process that trains in one way, whenever its parent asks for it.

    python -m book.bench.worker

It reads lines of JSON and answers each with one: first the way (`function`, `options`,
`task`, a file), then "run" as often as wanted. It ends with its input. Needs no more
than NumPy and what the way needs, so it runs on the peers' Python too.
"""

import importlib
import json
import os
import resource
import sys
import time

from book.bench import task as tasks


def prepare():
    """Set TensorFlow up as the environment says, where this process is to use it."""
    if os.environ.get("BENCH_TENSORFLOW") != "1":
        return
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")
    if os.environ.get("BENCH_DETERMINISM", "1") == "1":
        tf.config.experimental.enable_op_determinism()
    for name, set_threads in (
        ("BENCH_INTRA", tf.config.threading.set_intra_op_parallelism_threads),
        ("BENCH_INTER", tf.config.threading.set_inter_op_parallelism_threads),
    ):
        if name in os.environ:
            set_threads(int(os.environ[name]))


def memory():
    """Give the most memory that this process has held, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def timed(call):
    """Give the seconds that a call took, and what it returned."""
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def answers(questions):
    """Give the answer to each question, in order.

    Yields:
        The seconds, what the run gave (a mean loss, as a rule), and the memory. For a
        way the seconds end with its first run: they include making the network,
        tracing and compiling.
    """
    prepare()
    run = None
    for question in questions:
        if question != "run":
            module, _, name = question["function"].partition(":")
            task = tasks.load(question["task"])
            make = getattr(importlib.import_module(f"book.bench.{module}"), name)
            before = memory()

            def first(make=make, task=task, options=question["options"]):
                way = make(task, **options)
                return way, way()

            seconds, (run, result) = timed(first)
        else:
            before = memory()
            seconds, result = timed(run)
        yield {
            "seconds": seconds,
            "result": result,
            "memory": memory(),
            "before": before,
        }


def main():
    """Answer the questions on standard input; whatever else is printed goes away."""
    with os.fdopen(os.dup(1), "w") as replies:
        os.dup2(2, 1)
        for answer in answers(map(json.loads, sys.stdin)):
            replies.write(json.dumps(answer) + "\n")
            replies.flush()


if __name__ == "__main__":
    main()
