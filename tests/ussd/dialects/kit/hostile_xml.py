"""XML that is meant to harm; ROOT stands for the element that is expected."""

HOSTILE = [
    b'<!DOCTYPE ROOT [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><ROOT><msg>&b;</msg></ROOT>',
    b'<!DOCTYPE ROOT [<!ENTITY file SYSTEM "file:///etc/passwd">]><ROOT><msg>&file;</msg></ROOT>',
    b'<!DOCTYPE ROOT SYSTEM "http://127.0.0.1:9/evil.dtd"><ROOT/>',
    b'<?xml version="1.0" encoding="UTF-16"?><ROOT/>',
    b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE ROOT+AD4-<ROOT/>',
    b"<ROOT>" + b"<a>" * 5_000,
    b"<ROOT><msg>&undeclared;</msg></ROOT>",
    b"<ROOT>\x00</ROOT>",
]
