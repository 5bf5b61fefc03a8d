"""Instruments that come in, standards that we hold, and what ends their evidence."""
