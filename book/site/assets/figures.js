// A figure opens at its natural size, in a window of its own that scrolls. Without this
// script, its link leads to the picture.
"use strict";
{
  const _ = bookText;

  function openLarge(image) {
    const dialog = document.createElement("dialog");
    const close = document.createElement("button");
    const view = document.createElement("div");
    const large = document.createElement("img");
    dialog.className = "large-figure";
    dialog.setAttribute("aria-label", _("Figure"));
    close.type = "button";
    close.textContent = _("Close");
    close.addEventListener("click", () => dialog.close());
    view.tabIndex = 0; // for the arrow keys to scroll it
    large.src = image.currentSrc || image.src;
    large.alt = image.alt;
    large.className = image.className;
    view.append(large);
    dialog.append(close, view);
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal(); // closes with Escape, and gives the focus back to the link
  }

  document.addEventListener("click", (event) => {
    const image = event.target.closest("a.opens")?.querySelector("img");
    if (!image || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openLarge(image);
  });
}
