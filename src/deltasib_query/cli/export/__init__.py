"""Rows into a file, which the same command continues after an interruption."""
