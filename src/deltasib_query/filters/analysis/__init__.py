"""What is certain of filters without any row: what changes nothing, examples, and proofs that there are none."""
