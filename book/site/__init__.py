"""The site's own parts: Sphinx extensions, templates, styles and scripts."""
