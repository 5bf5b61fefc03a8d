"""The plan's targets and tasks, and what was undertaken."""
