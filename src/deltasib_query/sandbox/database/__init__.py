"""The tables, the database that they are in, and the rows that they start with."""
