"""Many requests for one list: pages by offset, pages by key, and where a walk stands."""
