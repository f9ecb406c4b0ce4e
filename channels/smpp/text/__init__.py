"""Texts as octets: alphabets, headers and parts, both ways (3GPP 23.038, 3GPP 23.040 §9.2.3.24).

Pure: nothing here knows of PDUs, binds or the journal.
"""
