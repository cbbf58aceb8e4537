"""What XLA made of a training step: which arrays the devices sum up, and how often."""

from pathlib import Path


def summed(dump):
    """Count the arrays that the devices sum up, in the program of a training step.

    Args:
        dump: the folder that `--xla_dump_to` named, with `--xla_dump_hlo_as_text`, in
            the environment variable XLA_FLAGS.

    Returns:
        {"at each row": n, "once": m}: n arrays in the loop of the backward pass, m
        outside of it.

    Raises:
        ValueError: there is no program of a training step.

    Source:
        Chapter 30.
    """
    name = "*jit_train_step.cpu_after_optimizations.txt"
    programs = sorted(Path(dump).glob(name))
    if not programs:
        raise ValueError(f"{dump} holds no {name}; was XLA_FLAGS set for the job?")
    arrays = {"at each row": 0, "once": 0}
    for line in programs[0].read_text().splitlines():
        if " all-reduce(" in line:
            operands = line.split(" all-reduce(")[1].split(")")[0]
            place = "at each row" if "/while/body/" in line else "once"
            arrays[place] += operands.count("%")
    return arrays
