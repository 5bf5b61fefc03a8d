"""Spreadsheets: what somebody sends, and what leaves the program."""
