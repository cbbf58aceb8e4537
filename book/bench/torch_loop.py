"""Training by PyTorch's `nn.LSTM`, in its usual loop."""

import numpy as np

from book.taught.weights import keras_lstm_weights


def loop(task, threads=None):
    """Give `run()`, which trains all batches in a loop of Python.

    Args:
        task: a `book.bench.task.Task`.
        threads: how many compute an operation; None leaves it to PyTorch.
    """
    import torch

    if threads is not None:
        torch.set_num_threads(threads)

    class Stack(torch.nn.Module):
        def __init__(self):
            super().__init__()
            layers = [torch.nn.LSTM(*sizes, batch_first=True) for sizes in task.layers]
            self.layers = torch.nn.ModuleList(layers)

        def forward(self, x):
            for layer in self.layers:
                x, _ = layer(x)
            return x[:, -1]

    model = Stack()
    weights = zip(task.weights[::2], task.weights[1::2], strict=True)
    for layer, (kernel, bias) in zip(model.layers, weights, strict=True):
        of_x, of_h, bias = keras_lstm_weights(kernel, bias)  # Keras's order is torch's
        values = of_x.T, of_h.T, bias, np.zeros_like(bias)
        with torch.no_grad():
            for parameter, value in zip(layer.parameters(), values, strict=True):
                parameter.copy_(torch.tensor(value))
    adam = torch.optim.Adam(model.parameters(), 0.001, eps=1e-8)
    x, y = torch.tensor(task.x), torch.tensor(task.y.argmax(axis=1))
    batches = list(zip(x.split(task.batch), y.split(task.batch), strict=True))

    def run():
        total, right = torch.zeros(()), torch.zeros(())
        for images, labels in batches:
            adam.zero_grad()
            logits = model(images)
            loss = torch.nn.functional.cross_entropy(logits, labels)
            loss.backward()
            adam.step()
            total += loss.detach()
            right += (logits.argmax(1) == labels).float().mean()
        return float(total) / task.steps

    return run
