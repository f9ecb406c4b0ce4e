"""One connection with an SMSC: bound, asked whether it lives, both ways in use, and parted from politely.

`Session` is made anew for each connection; `timers` and `window` are pure machines over times handed in.
"""
