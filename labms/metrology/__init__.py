"""Arithmetic of metrology: decimals, limits, verdicts. No framework, no database."""
