"""A job's state as one file: weights, Adam's averages, and the losses so far."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np

from book.distributed.jobs import JobError

_DAMAGED = (
    AttributeError, OSError, EOFError, KeyError, TypeError, ValueError,
    zipfile.BadZipFile,
)  # fmt: skip


def pack(model, losses, trained):
    """Give a model in training as the content of a file.

    Args:
        model: a Keras model whose optimizer has its variables.
        losses: the loss of each step so far.
        trained: the settings that decide the weights, a dictionary that JSON can hold.

    Returns:
        bytes, an .npz of NumPy's.

    Source:
        Chapter 30.
    """
    state = model.variables + model.optimizer.variables
    arrays = {f"variable_{i}": value.numpy() for i, value in enumerate(state)}
    content = BytesIO()
    told = {"losses": np.float32(losses), "trained": json.dumps(trained)}
    np.savez(content, **told, **arrays)
    return content.getvalue()


def unpack(model, content):
    """Put the variables in a file's content back, and give the losses.

    Args:
        model: as it was built for the job that was kept.
        content: what `pack` gave.

    Returns:
        The loss of each step so far, a list.

    Source:
        Chapter 30.
    """
    state = model.variables + model.optimizer.variables
    with np.load(BytesIO(content)) as kept:
        for i, variable in enumerate(state):
            variable.assign(kept[f"variable_{i}"])
        return kept["losses"].tolist()


def check(path, trained):
    """Refuse a file that is no checkpoint of this job; one that isn't there is fine.

    Args:
        path: the file's.
        trained: the settings that decide the weights, as the job has them.

    Raises:
        JobError: it is no checkpoint, is damaged, or was kept with other settings.
    """
    if not Path(path).exists():
        return
    advice = "Give the job another --checkpoint, or take this file away."
    try:
        with np.load(path) as kept:
            found = json.loads(str(kept["trained"]))
            for name in kept.files:
                kept[name]  # reads it, and compares its checksum
            differing = [name for name in trained if found.get(name) != trained[name]]
    except _DAMAGED as error:
        raise JobError(f"{path} can't be read as a checkpoint. {advice}") from error
    for name in differing:
        raise JobError(
            f"{path} was kept with {name} {found.get(name)}, this job has "
            f"{trained[name]}. {advice}"
        )
