"""The course's data: frozen files, and what reads them."""
