"""A document with wrong words, and the one that takes its place."""
