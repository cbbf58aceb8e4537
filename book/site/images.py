"""The figures of the site: their alternative texts, their colours, their full size.

A figure shown in a notebook says in its output's metadata what those who cannot see it
should be told, and whether its colours are values that a dark page must not turn over:
``{"image/png": {"alt": "…", "keep_colours": true}}``. MyST-NB reads neither. Here both
reach the page, and each figure becomes a link to itself, which figures.js opens large.
"""

import posixpath

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer
from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri
from sphinx.util.typing import ExtensionMetadata


class AltText(MimeRenderPlugin):
    """Renders images as their output's metadata asks for."""

    mime_priority_overrides = ()

    @staticmethod
    def handle_mime(
        renderer: NbElementRenderer, data: MimeData, inline: bool
    ) -> list[nodes.Element] | None:
        """Gives the image's nodes with their alternative text, or None to step aside.

        Args:
            renderer: MyST-NB's renderer of the notebook's elements.
            data: one output in one format, with the output's metadata.
            inline: whether the output stands within a line of text.
        """
        metadata = data.output_metadata.get(data.mime_type)
        alt = metadata.get("alt") if isinstance(metadata, dict) else None
        if not alt or not data.mime_type.startswith("image/"):
            return None
        render = renderer.render_image_inline if inline else renderer.render_image
        rendered = render(data)
        for node in rendered:
            for image in node.findall(nodes.image):
                image["alt"] = alt
                image["opens"] = True
                if metadata.get("keep_colours"):
                    image["classes"].append("keep-colours")
        return rendered


def link_images(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Makes each figure of a page a link to the picture itself."""
    if app.builder.format != "html":
        return
    page = app.builder.get_target_uri(docname)
    folder = relative_uri(page, app.builder.imagedir)
    for image in list(doctree.findall(nodes.image)):
        if image.get("opens") and image["uri"] in app.env.images:
            name = app.env.images[image["uri"]][1]
            link = nodes.reference(refuri=posixpath.join(folder, name), internal=True)
            link["classes"].append("opens")
            image.replace_self(link)
            link.append(image)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Registers the links; MyST-NB finds the renderer by its entry point."""
    app.connect("doctree-resolved", link_images)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
