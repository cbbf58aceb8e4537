"""What each process does: join, train its share of every batch, and keep the job."""

import os
import signal
import time
from pathlib import Path

import jax
import keras
import numpy as np
from jax.experimental import multihost_utils
from jax.sharding import PartitionSpec

from book import atomic
from book.data import mnist
from book.distributed.checkpoints import pack, unpack


def join(job):
    """Connect this process with the others; from here on JAX sees all devices.

    Args:
        job: a `jobs.Job`.

    Source:
        Chapter 30. `keras.distribution.initialize` makes the same
        call, but can't be told how long to wait.
    """
    jax.distributed.initialize(
        coordinator_address=job.coordinator,
        coordinator_bind_address=job.coordinator,
        num_processes=job.processes,
        process_id=job.rank,
        initialization_timeout=job.wait,
        heartbeat_timeout_seconds=job.silence,
        shutdown_timeout_seconds=job.wait,
    )
    everywhere = keras.distribution.DataParallel(auto_shard_dataset=False)
    keras.distribution.set_distribution(everywhere)


class ShareLSTM(keras.layers.LSTM):
    """An LSTM that each device runs over its share of the batch by itself.

    Its weights' gradients are summed over the devices once a step. Those of a plain
    LSTM under `DataParallel` are summed at each step of the sequence.

    Needs `DataParallel`, which `join` sets.

    Source:
        Chapter 30.
    """

    def call(self, sequences, initial_state=None, mask=None, training=False):
        """Give the last outputs, (B, U), for sequences (B, T, F).

        Raises:
            ValueError: there is a mask or an initial state.
        """
        if not (mask is initial_state is None):
            raise ValueError("ShareLSTM takes neither a mask nor an initial state.")
        mesh = keras.distribution.distribution().device_mesh.backend_mesh
        (devices,) = mesh.axis_names
        weights = [weight.value for weight in self.trainable_variables]

        def own(x, *weights):
            values = [*weights, *self.get_initial_state(len(x))]
            *weights, h, c = jax.lax.pcast(values, devices, to="varying")
            pairs = zip(self.trainable_variables, weights, strict=True)
            with keras.StatelessScope(pairs):
                return super(ShareLSTM, self).call(x, [h, c])

        cut, whole = PartitionSpec(devices), PartitionSpec()
        shares = (cut, *[whole] * len(weights))
        run = jax.shard_map(own, mesh=mesh, in_specs=shares, out_specs=cut)
        return run(sequences, *weights)


def build(job):
    """Give the network, compiled: an LSTM over the rows, and a dense layer.

    Source:
        Chapter 30.
    """
    keras.utils.set_random_seed(job.seed)
    layer = ShareLSTM if job.once else keras.layers.LSTM
    rows = keras.Input((28, 28))
    logits = keras.layers.Dense(10)(layer(job.units)(rows))
    model = keras.Model(rows, logits)
    entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(job.rate), entropy)
    model.optimizer.build(model.trainable_variables)
    return model


def share(order, batch, processes, rank, first=0):
    """Give the images that one rank reads in an epoch.

    Args:
        order: ints (N,), the order of all images in this epoch.
        batch: images in a step, over all processes.
        processes: how many there are.
        rank: which of them this one is.
        first: steps of the epoch that are done already.

    Returns:
        ints, batch / processes for each step that is left.

    Source:
        Chapter 30.
    """
    steps = order.reshape(-1, processes, batch // processes)
    return steps[first:, rank].ravel()


class Keeper(keras.callbacks.Callback):
    """Notes the loss of every step, and keeps the job now and then.

    Args:
        job: a `jobs.Job`.
        losses: of the steps so far; each step adds one.

    Source:
        Chapter 30.
    """

    def __init__(self, job, losses):
        super().__init__()
        self.job, self.losses, self.seconds = job, losses, []

    def on_train_batch_begin(self, batch, logs=None):
        """Have the loss begin anew, which Keras would average over the epoch."""
        self.model.reset_metrics()
        self.began = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        """Note the step; every so many, and at the end, keep the job."""
        self.losses.append(float(logs["loss"]))
        self.seconds.append(time.perf_counter() - self.began)
        done = len(self.losses)
        if self.job.rank == 0 and (
            done % self.job.every == 0 or done == self.job.steps
        ):
            keep(self.model, self.job, self.losses)
        if done == self.job.kill:
            os.kill(os.getpid(), signal.SIGKILL)


def keep(model, job, losses):
    """Write the job's checkpoint, whole or not at all.

    Source:
        Chapter 30.
    """
    atomic.write({Path(job.checkpoint): pack(model, losses, job.trained)})
    print(f"step {len(losses)}: loss {losses[-1]:.4f}, kept", flush=True)


def kept_bytes(job):
    """Give the checkpoint that rank 0 has, on every rank; empty if there is none.

    Source:
        Chapter 30.
    """
    path, content = Path(job.checkpoint), np.zeros(0, np.uint8)
    if job.rank == 0 and path.exists():
        content = np.frombuffer(path.read_bytes(), np.uint8)
    size = int(multihost_utils.broadcast_one_to_all(np.int32(len(content))))
    if size == 0:
        return b""
    sent = content if job.rank == 0 else np.zeros(size, np.uint8)
    return multihost_utils.broadcast_one_to_all(sent).tobytes()


def train(job):
    """Train, from the checkpoint if there is one, to the end of the last epoch.

    Args:
        job: a `jobs.Job`; every process has joined.

    Source:
        Chapter 30.
    """
    model, losses = build(job), []
    if content := kept_bytes(job):
        losses = unpack(model, content)
    data = mnist.load()
    x, y = data.x_train[: job.images] / np.float32(255), data.y_train[: job.images]
    steps, size = job.images // job.batch, job.batch // job.processes
    keeper = Keeper(job, losses)
    for epoch in range(len(losses) // steps, job.epochs):
        order = np.random.default_rng([job.seed, epoch]).permutation(job.images)
        first = len(losses) - epoch * steps
        mine = share(order, job.batch, job.processes, job.rank, first)
        todo = {"batch_size": size, "shuffle": False, "callbacks": [keeper]}
        model.fit(x[mine], y[mine], verbose=0, **todo)
    if job.rank == 0 and keeper.seconds:
        print(f"a step took {1000 * np.median(keeper.seconds):.1f} ms (median)")
