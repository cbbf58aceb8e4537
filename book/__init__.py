"""What the chapters of the course share, and what makes them a book.

Here stands what every chapter imports; the rooms are `data` (what they read), `taught`
(what an earlier chapter has written out), `convert` and `distributed` (commands that
chapters explain), `notebooks` (what runs and compares them) and `site` (what makes
pages of them).

Importing the package is cheap: TensorFlow is first imported by `book.runtime.setup`,
which every chapter calls before anything else.
"""
