"""`make run` and `make services`: every process under one parent, started in order and stopped with it."""
