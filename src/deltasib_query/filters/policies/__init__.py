"""Policies: what a user may ask, and the types for pydantic that hold a request against it."""
