"""The Filter language: text, tree, canonical text, and what is wrong with a text."""
