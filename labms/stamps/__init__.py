"""Stamps put on instruments: a serial exists once in a body's life."""
