"""The append-only, chained trail of everything that people changed."""
