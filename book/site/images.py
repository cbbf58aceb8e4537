"""Alternative texts of the figures on the site.

A figure shown in a notebook may carry a text for those who cannot see it, in the
output's metadata: ``{"image/png": {"alt": "…"}}``. MyST-NB reads the width and the
height there, but not the alternative text; this renderer adds it.
"""

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer


class AltText(MimeRenderPlugin):
    """Renders images with the alternative text that their output's metadata holds."""

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
        return rendered
