"""One call that every chapter starts with: TensorFlow, ready and repeatable."""

import contextlib
import os
import random
import sys
import warnings
from importlib import metadata

from packaging.requirements import Requirement

DISTRIBUTION = "lstms-in-tensorflow"
"""The name under which the course is installed, in pyproject.toml."""

SUBJECT = ("tensorflow", "tf-keras", "keras")
"""The packages whose versions decide what the chapters print."""

ENVIRONMENT = {
    # The old cells of tf.compat.v1.nn.rnn_cell are served by the tf-keras package,
    # and only where this is set before TensorFlow is imported.
    "TF_USE_LEGACY_KERAS": "1",
    # `import keras` is Keras 3; this is what it computes with.
    "KERAS_BACKEND": "tensorflow",
    # Only errors, and the same kernels whatever the processor's vendor library.
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    # A child process's traceback without colours, which Python 3.13 would else use.
    "PYTHON_COLORS": "0",
}

_is_set_up = False


def setup(seed, gpu=False):
    """Make this process ready for a chapter, and its random numbers repeatable.

    Checks that the pinned versions are installed, has `tf-keras` serve the old cells
    (`tf.compat.v1.nn.rnn_cell`), imports TensorFlow without the lines it writes while
    it loads, asks for deterministic kernels and seeds Python, NumPy, tf-keras and
    Keras 3. Calling it again only seeds again.

    Args:
        seed: a whole number, 0 to 2**32 - 1.
        gpu: whether TensorFlow may use a GPU. The chapters' outputs are those of a CPU,
            and a GPU's kernels round and mask differently, so by default it may not.

    Raises:
        ValueError: the seed is not such a number.
        RuntimeError: TensorFlow or Keras was imported before, so the setting that
            brings back the old cells comes too late; or a package's version is not
            the pinned one.

    Source:
        The chapter on `BasicLSTMCell` shows what fails without it. In a graph,
        `tf.compat.v1.set_random_seed` does not reach the weights of a cell that
        `dynamic_rnn` builds; `tf_keras.utils.set_random_seed` does, and Keras 3 has
        a generator of its own.
    """
    global _is_set_up
    if not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise ValueError(f"seed is {seed!r}; expected a whole number, 0 to 2**32 - 1.")
    if not _is_set_up:
        _refuse_late_call()
        check_versions()
        os.environ.update(ENVIRONMENT)
        with stderr_silenced():
            import tensorflow as tf

            tf.config.experimental.enable_op_determinism()
            if not gpu:
                tf.config.set_visible_devices([], "GPU")
        # The old cells announce their end on every use; the chapter on
        # BasicLSTMCell shows that once, and no cell needs it again.
        tf.get_logger().setLevel("ERROR")
        warnings.filterwarnings("ignore", r"`tf\.nn\.rnn_cell\.", UserWarning)
        # What they say inside a tf.function about a list that they never fill.
        warnings.filterwarnings("ignore", r"`layer\.updates`", UserWarning)
        # What tqdm says of notebooks without widgets: it then writes bars of text.
        warnings.filterwarnings("ignore", "IProgress not found")
        _is_set_up = True
    import keras
    import tf_keras

    random.seed(seed)
    tf_keras.utils.set_random_seed(seed)
    keras.utils.set_random_seed(seed)


def check_versions(packages=SUBJECT):
    """Compare installed versions with the ranges that the course asks for.

    Args:
        packages: names of distributions among the course's dependencies.

    Raises:
        RuntimeError: one is missing or outside its range; the message names it, the
            range and the command that puts it right.
    """
    wanted = {
        r.name: r.specifier for r in map(Requirement, metadata.requires(DISTRIBUTION))
    }
    for name in packages:
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            found = "none"
        if found == "none" or not wanted[name].contains(found):
            raise RuntimeError(
                f"{name} {found} is installed; this course was written for "
                f"{name} {wanted[name]}. Run `make book` in the project's root, which "
                "installs the pinned versions in .venv, and use that environment."
            )


def _refuse_late_call():
    early = [
        name for name in ("tensorflow", "keras", "tf_keras") if name in sys.modules
    ]
    if early:
        raise RuntimeError(
            f"{early[0]} was imported before runtime.setup(), which must come first: "
            "it chooses how TensorFlow loads. Restart the kernel (or process) and call "
            "runtime.setup(seed=0) before any other import."
        )


@contextlib.contextmanager
def stderr_silenced():
    """Send file descriptor 2 nowhere: TensorFlow writes there while it loads."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
