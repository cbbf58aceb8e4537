"""A small server: which language is this word from? Without TensorFlow or Keras."""
