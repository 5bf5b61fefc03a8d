"""Orders, jobs, readings, verdicts, records, review."""
