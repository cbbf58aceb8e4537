"""Make data/shapes/shapes.jsonl: 300 networks, as TensorFlow 1 and PyTorch have them.

    python -m venv /tmp/torch
    /tmp/torch/bin/python -m pip install torch numpy
    python data/make_shapes.py --torch /tmp/torch/bin/python

Draws 300 settings of the piece "shapes across the eras", builds each network on
TensorFlow 1.4.1 and 1.15.5 (see make_tf1.py), which have to agree, and in PyTorch, and
writes down the shapes of inputs, outputs, states and weights, in order. Keras 3's are
not kept: a test builds its layers anew. data/shapes/README.md tells more.
"""

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from book.data import frozen, tf1
from book.data.shapes import FILE, OPTIONS, PARTS

SEED = 12  # of the draw
COUNT = 300
SIZES = range(1, 13)  # of units, batch, time, features: four different ones


def draw(count: int = COUNT, seed: int = SEED) -> list[dict]:
    """Give settings in which every option meets every other.

    Args:
        count: how many.
        seed: of the draw.

    Returns:
        Settings by name, as data/shapes/README.md has them. The four sizes of a network
        differ, so that none can be taken for another.
    """
    # RandomState's stream never changes between NumPy versions; default_rng's may.
    random = np.random.RandomState(seed)
    drawn = []
    for _ in range(count):
        units, batch, time, features = random.permutation(SIZES)[:4].tolist()
        settings = {
            name: values[random.randint(len(values))]
            for name, values in OPTIONS.items()
        }
        settings |= {"units": units, "batch": batch, "time": time, "features": features}
        # Half of them have a projection, where there is room for one below the units.
        settings["projection"] = int(random.randint(2) * random.randint(units))
        drawn.append(settings)
    return drawn


def main(arguments: list[str] | None = None) -> None:
    """Run the script; see the top of this file.

    Args:
        arguments: the command line without the program's name; None for sys.argv's.

    Raises:
        SystemExit: the two versions of TensorFlow 1 don't agree.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--torch", required=True, metavar="COMMAND", help="a Python that has PyTorch"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=FILE.parent,
        help="where to write (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    make_tf1 = _sibling("make_tf1")
    drawn = draw()
    with tempfile.TemporaryDirectory() as folder:
        settings, out = Path(folder, "settings.json"), Path(folder, "out.json")
        settings.write_text(json.dumps(drawn))
        old = {}
        for version in tf1.VERSIONS:
            make_tf1.call(make_tf1.environment(version), "shapes", settings, out)
            old[version] = json.loads(out.read_text())
        script = Path(__file__).with_name("torch_shapes.py")
        subprocess.run([options.torch, script, settings, out], check=True)
        torch = json.loads(out.read_text())
    first, *others = old.values()
    if any(other != first for other in others):
        sys.exit(f"make_shapes.py: {' and '.join(old)} don't agree.")
    print(f"PyTorch {torch['version']}")
    lines = [
        json.dumps({"settings": given, "tf1": _ordered(one), "torch": _ordered(other)})
        for given, one, other in zip(drawn, first, torch["made"], strict=True)
    ]
    text = "\n".join(lines) + "\n"
    frozen.write(options.output, {FILE.name: text.encode()})


def _ordered(made: dict) -> dict:
    return {part: made[part] for part in PARTS}


def _sibling(name: str):
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
