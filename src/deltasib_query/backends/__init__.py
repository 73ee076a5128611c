"""A filter's tree for other engines: an in-memory predicate, and SQLAlchemy clauses (an extra)."""
