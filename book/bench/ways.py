"""The ways to train that are compared, and which of them this machine has."""

import sys
from pathlib import Path

from book.bench.rounds import Way, course
from book.folders import ROOT

WORKER = ("-m", "book.bench.worker")
HERE = (sys.executable, *WORKER)
PEERS = ROOT / ".peers"
"""An environment of its own, with PyTorch, which the course doesn't need."""

ARTICLE = "the article's loop"
EPOCH = "epoch function"
BLOCK = "epoch function, BlockLSTM"
HALVES = f"{BLOCK}, two halves"
OLD = "the article's loop, TensorFlow 1.4.1"
THREADS = "threads 1 + 2"
"""One thread for an operation, and two operations at once."""
TORCH = "PyTorch"
LIMITS = ("products alone, NumPy", "products alone, TensorFlow")


def here(name, function, environment=None, **options) -> Way:
    """Give a way that runs in the course's own environment, on TensorFlow."""
    return Way(name, function, HERE, options, course(**(environment or {})))


def threads(intra: int, inter: int) -> dict[str, str]:
    """Give the environment in which a worker takes so many threads of either kind."""
    return {"BENCH_INTRA": str(intra), "BENCH_INTER": str(inter)}


def own() -> list[Way]:
    """Give the ways that need nothing but the course's own environment."""
    jax = course(tensorflow=False, KERAS_BACKEND="jax")
    two = threads(1, 2)
    return [
        here(ARTICLE, "session:fed"),
        here(f"{ARTICLE}, {THREADS}", "session:fed", two),
        here("session, tf.data", "session:dataset"),
        here("Keras fit", "keras_fit:fit"),
        here("Keras fit, 41 steps a call", "keras_fit:fit", steps_per_execution=41),
        here("Keras fit, XLA", "keras_fit:fit", jit_compile=True),
        here("Keras fit, unrolled", "keras_fit:fit", unroll=True),
        Way("Keras fit on JAX", "keras_fit:fit", HERE, environment=jax),
        here("function per step", "functions:each_step"),
        here("epoch function, dynamic_rnn", "functions:looped"),
        here(EPOCH, "functions:unrolled"),
        here("epoch function, gradient by hand", "functions:by_hand"),
        here("epoch function, XLA", "functions:own_cell", jit_compile=True),
        here(BLOCK, "functions:block"),
        here(HALVES, "functions:block", parts=2),
        here(f"{HALVES}, {THREADS}", "functions:block", two, parts=2),
        here(LIMITS[0], "limit:numpy_products"),
        here(LIMITS[1], "limit:tensorflow_products"),
    ]


def peers() -> list[Way]:
    """Give the ways that need `.peers`, or none where it isn't there."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        return []
    command = (python, *WORKER)
    torch = course(tensorflow=False, KERAS_BACKEND="torch")
    one = {"threads": 1}
    return [
        Way(TORCH, "torch_loop:loop", command, environment=torch),
        Way(f"{TORCH}, one thread", "torch_loop:loop", command, one, torch),
        Way("Keras fit on PyTorch", "keras_fit:fit", command, environment=torch),
    ]


def tensorflow_1(folder: Path = ROOT / ".oracle") -> list[Way]:
    """Give the article's loop on TensorFlow 1.4.1, where `make oracle` installed it."""
    pythons = sorted(folder.glob("1.4.1-*/bin/python"))
    script = ROOT / "data" / "oracle" / "speed.py"
    return [Way(OLD, "", (python, "-W", "ignore", script)) for python in pythons[-1:]]


def settings() -> list[Way]:
    """Give the ways of the other questions: threads, oneDNN, layout and so on."""
    found = [
        here(EPOCH, "functions:unrolled"),
        here(BLOCK, "functions:block"),
        here(HALVES, "functions:block", parts=2),
    ]
    for intra, inter in ((1, 1), (1, 2), (2, 1)):
        name = f"{EPOCH}, threads {intra} + {inter}"
        found.append(here(name, "functions:unrolled", threads(intra, inter)))
    one, two = threads(1, 1), threads(1, 2)
    found.append(here(f"{BLOCK}, threads 1 + 1", "functions:block", one))
    found.append(here(f"{HALVES}, {THREADS}", "functions:block", two, parts=2))
    for onednn, determinism in ((0, 0), (1, 0), (1, 1)):
        switches = {
            "TF_ENABLE_ONEDNN_OPTS": str(onednn),
            "BENCH_DETERMINISM": str(determinism),
        }
        words = [("off", "on")[switch] for switch in (onednn, determinism)]
        name = f"{EPOCH}, oneDNN {words[0]}, determinism {words[1]}"
        found.append(here(name, "functions:unrolled", switches))
    return [
        *found,
        here("dynamic_rnn", "functions:looped"),
        here("dynamic_rnn, time first", "functions:looped", time_major=True),
        here("chapter 14's cell", "functions:own_cell"),
        here("chapter 14's cell, bfloat16", "functions:own_cell", dtype="bfloat16"),
        here("chapter 14's cell, float16", "functions:own_cell", dtype="float16"),
        here("chapter 14's cell, inputs' product hoisted", "functions:hoisted"),
    ]
