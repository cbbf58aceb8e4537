"""The arithmetic limit: the matrix products of a training, and nothing else."""

import numpy as np


def operands(task):
    """Give random operands of the products of one step, for each layer.

    Returns:
        For each layer a kernel (F + U, 4U), inputs with outputs (T, B, F + U) and
        gradients of the gates (T, B, 4U), float32.
    """
    rng = np.random.default_rng(0)
    time, batch = task.x.shape[1], task.batch
    return [
        [
            rng.normal(size=shape).astype(np.float32)
            for shape in (
                (inputs + units, 4 * units),
                (time, batch, inputs + units),
                (time, batch, 4 * units),
            )
        ]
        for inputs, units in task.layers
    ]


def flops(task):
    """Give the floating-point operations of one step's products.

    They are 2 for each weight, row and time step, once forward and twice backward.
    """
    rows = task.x.shape[1] * task.batch
    return sum(3 * 2 * rows * kernel.size for kernel in task.weights[::2])


def numpy_products(task):
    """Give the way that only multiplies, in NumPy.

    For each layer and time step one product forward and one backward; the gradient of
    the kernel is one product for all time steps, which is the cheapest.

    Returns:
        `run()`, as the other ways have it; what it returns is no loss but NaN.
    """
    layers = operands(task)

    def run():
        for _ in range(task.steps):
            for kernel, both, gates in layers:
                for xh, da in zip(both, gates, strict=True):
                    xh @ kernel  # (B, 4U)
                    da @ kernel.T  # (B, F + U)
                both.reshape(-1, len(kernel)).T @ gates.reshape(-1, gates.shape[-1])
        return float("nan")

    return run


def tensorflow_products(task):
    """Give the way that only multiplies, in one tf.function.

    Returns:
        `run()`, as the other ways have it; what it returns is no loss but NaN.
    """
    import tensorflow as tf

    layers = [[tf.Variable(part) for part in layer] for layer in operands(task)]

    @tf.function
    def multiply():
        total = 0.0
        for _ in tf.range(task.steps):
            products = []
            for kernel, both, gates in layers:
                steps = zip(tf.unstack(both), tf.unstack(gates), strict=True)
                for xh, da in steps:
                    products.append(tf.matmul(xh, kernel))
                    products.append(tf.matmul(da, kernel, transpose_b=True))
                flat = [
                    tf.reshape(part, (-1, part.shape[-1])) for part in (both, gates)
                ]
                products.append(tf.matmul(*flat, transpose_a=True))
            # A number of each must be used, or TensorFlow leaves the product out.
            total += tf.add_n([product[0, 0] for product in products])
        return total

    def run():
        multiply().numpy()
        return float("nan")

    return run
