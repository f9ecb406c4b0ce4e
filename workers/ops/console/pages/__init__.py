"""The pages of the console, a module for each thing that operations look at or do."""
