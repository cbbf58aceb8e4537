"""What the scripts of this folder share: a session that repeats itself, and files.

They run on TensorFlow 1.4 or 1.15, with Python 3.6 or 3.7, and import nothing of the
course. data/make_tf1.py calls them.
"""

import contextlib
import io
import json
import logging
import os
import re
import zipfile

import numpy as np
import tensorflow as tf

# One thread: sums are taken in one order, and a run repeats itself to the last bit.
ONE_THREAD = tf.ConfigProto(
    intra_op_parallelism_threads=1, inter_op_parallelism_threads=1
)


def session():
    """Give a session of the default graph, on one thread."""
    return tf.Session(config=ONE_THREAD)


def flat(name, value):
    """Give the arrays of a nested value by name: "state.c", "state[1].h" and so on."""
    if hasattr(value, "_fields"):
        parts = [(f"{name}.{field}", getattr(value, field)) for field in value._fields]
    elif isinstance(value, (tuple, list)):
        parts = [(f"{name}[{i}]", part) for i, part in enumerate(value)]
    else:
        return {name: value}
    return dict(pair for each, part in parts for pair in flat(each, part).items())


def write_arrays(path, arrays):
    """Write arrays to an .npz file whose bytes depend on nothing but the arrays."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            content = io.BytesIO()
            np.save(content, np.asarray(arrays[name]), allow_pickle=False)
            _add(archive, name + ".npy", content.getvalue())


def write_texts(path, texts):
    """Write texts, lists and dictionaries of them to a JSON file."""
    with open(path, "w") as file:
        json.dump(texts, file, indent=1, sort_keys=True)
        file.write("\n")


def write_folder(path, folder):
    """Write the files of a folder to a .zip file that depends on nothing else."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for parent, folders, files in os.walk(folder):
            folders.sort()
            for name in sorted(files):
                full = os.path.join(parent, name)
                with open(full, "rb") as file:
                    _add(archive, os.path.relpath(full, folder), file.read())


def _add(archive, name, content):
    """Add a file to an archive, with a date that is always the same."""
    entry = zipfile.ZipInfo(name.replace(os.sep, "/"), (2017, 12, 25, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


@contextlib.contextmanager
def warnings_of():
    """Give a list that gets the warnings that TensorFlow logs in the block.

    What differs from run to run is taken out: addresses, and places in files.
    """
    found = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: found.append(steady(record.getMessage()))
    logger = logging.getLogger("tensorflow")
    logger.addHandler(handler)
    try:
        yield found
    finally:
        logger.removeHandler(handler)


def steady(text):
    """Give a message without addresses of objects and places of files in it."""
    text = re.sub(r" at 0x[0-9a-f]+", " at 0x…", text)
    text = re.sub(r"(?m)^From .*?:\d+: ", "", text)
    text = re.sub(r"[^\s\"']*/site-packages/", "", text)
    text = re.sub(r'(File "[^"]*"), line \d+', r"\1", text)
    return text.strip()
