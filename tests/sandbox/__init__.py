"""Tests of the sandbox core, over real HTTP on loopback."""
