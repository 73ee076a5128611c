"""What a live server does where the guide is silent: the questions, what their answers prove, and the report."""
