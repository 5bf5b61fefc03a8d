"""Correcting procedures by the official text: a body's own revisions."""
