"""Verifier cards and competences, each from a day to a day; accounts of the staff."""
