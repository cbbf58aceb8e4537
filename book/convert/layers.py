"""Keras layers for what TensorFlow 1's cells had and Keras's own have not."""

import keras
from keras import ops

_register = keras.saving.register_keras_serializable("lstms_in_tensorflow")


@_register
class PeepholeLSTMCell(keras.layers.Layer):
    """An LSTM cell with peepholes, a projection, or clipping: the old `LSTMCell`.

    Its weights, in Keras's order: kernel (F, 4U), recurrent kernel (O, 4U) and bias
    (4U,) with the blocks i, f, j, o; then, if it has them, the peepholes (3, U) of i, f
    and o, and the projection (U, O). O is the width of the output: `projection`, or U.

    Args:
        units: U.
        projection: O, or None for none.
        peepholes: whether the gates see the memory: i and f the old one, o the new one.
        cell_clip: the largest size of a number in c; None for no limit.
        proj_clip: the largest size of a number in a projected output; None: no limit.
        activation: what is done to j and to the new c.

    Source:
        Chapter 4, "The LSTM's relatives".
    """

    def __init__(
        self,
        units,
        projection=None,
        peepholes=False,
        cell_clip=None,
        proj_clip=None,
        activation="tanh",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units, self.projection, self.peepholes = units, projection, peepholes
        self.cell_clip, self.proj_clip = cell_clip, proj_clip
        self.activation = keras.activations.get(activation)
        self.output_size = projection or units
        self.state_size = [self.output_size, units]  # h, c

    def build(self, input_shape):
        """Make the weights."""
        width = 4 * self.units
        self.kernel = self.add_weight(shape=(input_shape[-1], width), name="kernel")
        self.recurrent_kernel = self.add_weight(
            shape=(self.output_size, width), name="recurrent_kernel"
        )
        self.bias = self.add_weight(shape=(width,), initializer="zeros", name="bias")
        if self.peepholes:
            self.diagonals = self.add_weight(shape=(3, self.units), name="peepholes")
        if self.projection:
            self.projection_kernel = self.add_weight(
                shape=(self.units, self.projection), name="projection_kernel"
            )

    def call(self, inputs, states, training=False):
        """Take one step: inputs (B, F), states [h (B, O), c (B, U)]."""
        h, c = states
        gates = ops.matmul(inputs, self.kernel) + ops.matmul(h, self.recurrent_kernel)
        i, f, j, o = ops.split(gates + self.bias, 4, axis=-1)  # each (B, U)
        if self.peepholes:
            i, f = i + self.diagonals[0] * c, f + self.diagonals[1] * c
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * self.activation(j)
        if self.cell_clip is not None:
            c = ops.clip(c, -self.cell_clip, self.cell_clip)
        if self.peepholes:
            o = o + self.diagonals[2] * c
        h = ops.sigmoid(o) * self.activation(c)
        if self.projection:
            h = ops.matmul(h, self.projection_kernel)
            if self.proj_clip is not None:
                h = ops.clip(h, -self.proj_clip, self.proj_clip)
        return h, [h, c]

    def get_config(self):
        """Give what the constructor takes."""
        return super().get_config() | {
            "units": self.units,
            "projection": self.projection,
            "peepholes": self.peepholes,
            "cell_clip": self.cell_clip,
            "proj_clip": self.proj_clip,
            "activation": keras.activations.serialize(self.activation),
        }


@_register
class LayerNormLSTMCell(keras.layers.Layer):
    """An LSTM cell that normalises its blocks: `LayerNormBasicLSTMCell`.

    Its weights, in Keras's order: kernel (F, 4U) and recurrent kernel (U, 4U) with the
    blocks i, f, j, o; then gamma and beta, each (5, U), of i, f, j, o and of the new c.

    Args:
        units: U.
        activation: what is done to j and to the new c.

    Source:
        Ba, Kiros and Hinton, "Layer normalization", 2016.
    """

    EPSILON = 1e-12  # of TensorFlow 1's layer_norm

    def __init__(self, units, activation="tanh", **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)
        self.state_size, self.output_size = [units, units], units

    def build(self, input_shape):
        """Make the weights."""
        width, parts = 4 * self.units, (5, self.units)
        self.kernel = self.add_weight(shape=(input_shape[-1], width), name="kernel")
        self.recurrent_kernel = self.add_weight(
            shape=(self.units, width), name="recurrent_kernel"
        )
        self.gamma = self.add_weight(shape=parts, initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=parts, initializer="zeros", name="beta")

    def _normalised(self, block, number):
        mean = ops.mean(block, axis=-1, keepdims=True)
        variance = ops.var(block, axis=-1, keepdims=True)
        block = (block - mean) / ops.sqrt(variance + self.EPSILON)
        return self.gamma[number] * block + self.beta[number]

    def call(self, inputs, states, training=False):
        """Take one step: inputs (B, F), states [h, c], each (B, U)."""
        h, c = states
        gates = ops.matmul(inputs, self.kernel) + ops.matmul(h, self.recurrent_kernel)
        blocks = ops.split(gates, 4, axis=-1)
        i, f, j, o = (self._normalised(block, n) for n, block in enumerate(blocks))
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * self.activation(j)
        c = self._normalised(c, 4)
        h = ops.sigmoid(o) * self.activation(c)
        return h, [h, c]

    def get_config(self):
        """Give what the constructor takes."""
        activation = keras.activations.serialize(self.activation)
        return super().get_config() | {"units": self.units, "activation": activation}
