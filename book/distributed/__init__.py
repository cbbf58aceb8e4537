"""One LSTM trained by several processes, on one machine or on many: Keras 3 on JAX."""
