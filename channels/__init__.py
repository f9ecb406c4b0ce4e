"""How subscribers reach us: `smpp` binds with the operator's SMSCs, `simulator` plays one to try it against.

A channel brings what it received to `workers.reception` and fetches what it has to send from `workers.postbox`; it
decides nothing and calls no core.
"""
