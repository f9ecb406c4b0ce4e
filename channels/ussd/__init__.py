"""The place of the USSD door: nothing here serves a gateway yet, and settings that ask for one are warned of."""
