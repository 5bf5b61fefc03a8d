"""One module for each form of golden file: what its examples give, and how they are
worked out by the same functions as everything else.
"""
