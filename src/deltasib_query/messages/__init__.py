"""What the package tells people, in each language: messages of errors and problems, and how a sentence is shown."""
