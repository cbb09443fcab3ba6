"""Runs the traced graphs of a model (src/trace) on JAX, for a process of Node that does everything else."""
