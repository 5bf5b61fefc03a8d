"""Many like instruments on one bench: measured, entered and reviewed together.

No second way of doing anything: each line is a job, and each step goes through the
services that a single sheet uses.
"""
