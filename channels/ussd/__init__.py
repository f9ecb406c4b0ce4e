"""USSD: menus for subscribers who dial, whatever gateway brings them.

`http/` is the door that gateways call, `dialects/` how each of them speaks, `trust` whom of them we believe; `ports`
says what meets between the doors, the menu engine and the rest of the house.
"""
