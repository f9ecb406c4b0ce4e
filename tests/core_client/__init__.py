"""Tests of the way to the core."""
