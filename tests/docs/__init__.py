"""The pages hold to the code: commands, settings, files, links and tables that are told of are there, as told.

What a page says of one room alone is held in that room's tests (`test_docs.py` and the like there).
"""
