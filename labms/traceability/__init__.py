"""Calibrations of standards and the chains they form."""
