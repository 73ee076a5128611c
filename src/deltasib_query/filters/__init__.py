"""Filters of records: fields, values, and the texts that become filters."""
