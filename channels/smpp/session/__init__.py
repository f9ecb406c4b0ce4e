"""One connection with an SMSC: bound, asked whether it lives, both ways in use, and parted from politely.

`Session` is made anew for each connection; `timers` and `window` are pure machines over times handed in.  `connecting`
says how the connection comes about: `tcp` calls, `outbind` waits to be called, `tls` is either's.  `responses` and
`serving` take what the SMSC says; what it tells besides messages goes to the `hooks`.
"""
