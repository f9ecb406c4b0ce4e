"""The language: PDUs as values, their octets, and the names of what they say (SMPP 3.4 §3 to §5).

Pure: octets in, `Pdu` or `Malformed` out, and back.  Nothing here knows of connections, texts or time.
"""
