"""Recurrent networks trained by TensorFlow 1, as Keras 3 models."""
