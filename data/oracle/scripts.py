"""Run the programs of data/scripts/ as they are, and write what they gave.

    python scripts.py OUT

writes scripts.zip and scripts.json to the folder OUT. The last TensorFlow 1 starts from
the weights that 1.4.1 began with: the two draw different ones from the same seed.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

import numpy as np
import tensorflow as tf
from freezing import write_arrays, write_folder, write_texts

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
SCRIPTS = os.path.join(DATA, "scripts")
FIRST = "1.4.1"
KEPT = os.path.join(DATA, "tf1", FIRST, "scripts.zip")
NAMES = ("reverser", "tagger", "waves")
STAGES = {"initial": "before.ckpt", "final": "after.ckpt"}
ADAMS = re.compile("^beta[12]_power$|/Adam(_1)?$")  # the optimizer's variables


def run(name, folder):
    """Run a program in a folder and give what it printed.

    The folder gets its checkpoints, without their graphs, and example.npz: results, and
    the weights before and after.
    """
    script = os.path.join(SCRIPTS, name + ".py")
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", script],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    printed, complaint = (text.decode() for text in process.communicate())
    if process.returncode != 0:
        raise RuntimeError(f"{name} failed:\n{complaint}")
    with np.load(os.path.join(folder, "results.npz")) as results:
        example = {"results/" + key: results[key] for key in results.files}
    for stage, file in STAGES.items():
        reader = tf.train.NewCheckpointReader(os.path.join(folder, file))
        for variable in reader.get_variable_to_shape_map():
            if not ADAMS.search(variable):
                key = f"{stage}/{variable}"
                example[key] = reader.get_tensor(variable)
    write_arrays(os.path.join(folder, "example.npz"), example)
    for file in os.listdir(folder):
        if file in ("checkpoint", "results.npz") or file.endswith(".meta"):
            os.remove(os.path.join(folder, file))
    return printed


def start_as_the_first(name, folder):
    """Put the weights into the folder that 1.4.1 began with."""
    with zipfile.ZipFile(KEPT) as archive:
        for entry in archive.namelist():
            if entry.startswith(name + "/before.ckpt"):
                path = os.path.join(folder, os.path.basename(entry))
                with archive.open(entry) as source, open(path, "wb") as target:
                    shutil.copyfileobj(source, target)


def main():
    """Run the script; see the top of this file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", help="the folder to write to")
    out = parser.parse_args().out
    texts = {}
    with tempfile.TemporaryDirectory() as parent:
        for name in NAMES:
            folder = os.path.join(parent, name)
            os.mkdir(folder)
            if tf.__version__ != FIRST:
                start_as_the_first(name, folder)
            printed = run(name, folder)
            with open(os.path.join(SCRIPTS, name + ".py"), "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()
            texts[name] = {
                "file": STAGES["final"],
                "printed": printed,
                "sha256": digest,
            }
        write_folder(os.path.join(out, "scripts.zip"), parent)
    write_texts(os.path.join(out, "scripts.json"), texts)


if __name__ == "__main__":
    main()
