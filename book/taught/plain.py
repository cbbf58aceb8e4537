"""The plain recurrent network, forward and backward, in NumPy."""

import numpy as np


def step(x, h, K, b):
    """Run one step of a plain recurrent network.

    Args:
        x: (B, F), the inputs.
        h: (B, U), the states before the step.
        K: (F + U, U), the kernel: its upper F rows meet the input.
        b: (U,), the bias.

    Returns:
        The states after the step, (B, U).

    Source:
        Chapter 1.
    """
    return np.tanh(np.concatenate([x, h], axis=1) @ K + b)


def forward(x, K, b):
    """Run a plain recurrent network over whole sequences, from states of zeros.

    Args:
        x: (B, T, F), the inputs.
        K: (F + U, U), the kernel.
        b: (U,), the bias.

    Returns:
        All states, (B, T + 1, U): `h[:, t]` is what step t finds, `h[:, t + 1]` what it
        leaves.

    Source:
        Chapter 1.
    """
    h = [np.zeros((len(x), b.size))]
    for t in range(x.shape[1]):
        h.append(step(x[:, t], h[-1], K, b))
    return np.stack(h, axis=1)  # (B, T + 1, U)


def backward(x, h, g, K):
    """Walk a plain recurrent network backwards: backpropagation through time.

    Args:
        x: (B, T, F), the inputs.
        h: (B, T + 1, U), all states, as `forward` gives them.
        g: (B, T, U), what the loss itself asks of each state after a step.
        K: (F + U, U), the kernel.

    Returns:
        The gradients dx (B, T, F), dh (B, T, U), dK (F + U, U) and db (U,); dh holds
        those of the states after each step, with what later steps ask of them.

    Source:
        Chapter 1.
    """
    dx, dh, dK, db = np.zeros_like(x), np.zeros_like(g), np.zeros_like(K), 0
    from_next = 0
    for t in reversed(range(x.shape[1])):
        dh[:, t] = g[:, t] + from_next
        da = dh[:, t] * (1 - h[:, t + 1] ** 2)
        dxh = da @ K.T
        dx[:, t], from_next = np.split(dxh, [x.shape[2]], axis=1)
        dK += np.concatenate([x[:, t], h[:, t]], axis=1).T @ da
        db += da.sum(axis=0)
    return dx, dh, dK, db
