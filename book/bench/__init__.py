"""How fast an LSTM is trained, in many ways: `make bench`."""
