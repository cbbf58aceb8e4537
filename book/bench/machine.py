"""On what the figures were measured."""

import datetime
import os
import platform
from importlib import metadata
from pathlib import Path

PACKAGES = ("tensorflow", "keras", "tf-keras", "jax", "numpy")


def cores() -> int:
    """Give how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def model() -> str:
    """Give the processor's name, as the system has it."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.processor() or platform.machine()


def described() -> dict[str, str | int]:
    """Give the columns that say where, when and with what a table was measured."""
    versions = [f"{name} {metadata.version(name)}" for name in PACKAGES]
    return {
        "cores": cores(),
        "processor": model(),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": "; ".join([f"Python {platform.python_version()}", *versions]),
        "date": datetime.date.today().isoformat(),
    }
