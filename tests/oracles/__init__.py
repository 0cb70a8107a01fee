"""What PyTorch, mpmath and papers say, kept apart from the code that is measured against it."""
