"""Training by Keras 3's `fit`, on whichever backend the process chose."""

from book.taught.weights import keras_lstm_weights


def fit(task, unroll=False, **compiled):
    """Give `run()`, which trains all batches by one call of `fit`.

    Args:
        task: what to train.
        unroll: whether the layers unroll their time steps.
        **compiled: for `compile`, such as steps_per_execution or jit_compile.
    """
    import keras

    units = [units for _, units in task.layers]
    model = keras.Sequential([keras.Input(task.x.shape[1:])])
    for n, size in enumerate(units, 1):
        last = n == len(units)
        model.add(keras.layers.LSTM(size, return_sequences=not last, unroll=unroll))
    model.set_weights(
        [
            value
            for kernel, bias in zip(task.weights[::2], task.weights[1::2], strict=True)
            for value in keras_lstm_weights(kernel, bias)
        ]
    )
    model.compile(
        keras.optimizers.Adam(0.001, epsilon=1e-8),  # as TensorFlow 1 has it
        keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        **compiled,
    )

    def run():
        kept = {"batch_size": task.batch, "shuffle": False, "verbose": 0}
        return model.fit(task.x, task.y, **kept).history["loss"][0]

    return run
