"""How long a standard may go until its next calibration.

Each method says what it knows (n, confidence) and why it would not change the interval.
Source: ILAC-G24:2022 / OIML D 10:2022; NCSLI RP-1:2010.
"""
