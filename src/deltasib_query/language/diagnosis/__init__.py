"""What is wrong with a text: where, in whose words, and the edit that mends it."""
