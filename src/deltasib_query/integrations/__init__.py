"""Filters and rows for other libraries: one module for each, and an extra of the same name."""
