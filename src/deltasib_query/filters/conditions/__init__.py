"""Conditions that come as data: the rules of visual builders, the lookups of forms."""
