"""The chapters' notebooks: found, run, put into normal form, and compared."""
