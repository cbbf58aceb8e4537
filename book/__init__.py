"""What more than one chapter of the course needs, one small module a thing.

Importing the package is cheap: TensorFlow is first imported by `book.runtime.setup`,
which every chapter calls before anything else.
"""
