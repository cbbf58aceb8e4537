// What the theme's own buttons lack.
"use strict";
{
  const _ = bookText;

  // The theme's script takes the focus away from a button that was pressed; from a button
  // that the keyboard pressed it may not.
  function keepFocus(button) {
    button.blur = () => {
      if (!button.matches(":focus-visible")) HTMLElement.prototype.blur.call(button);
    };
  }

  // The switch of the colours says to a screen reader how it stands.
  function sayColours(buttons, spoken) {
    const names = {
      auto: _("Colours: as the system has them"),
      light: _("Colours: light"),
      dark: _("Colours: dark"),
    };
    const say = () => {
      const name = names[document.documentElement.dataset.mode] ?? names.auto;
      buttons.forEach((button) => button.setAttribute("aria-label", name));
      return name;
    };
    say();
    new MutationObserver(() => {
      spoken.textContent = say();
    }).observe(document.documentElement, { attributeFilter: ["data-mode"] });
  }

  // Paper is white, whatever the screen is.
  function printInLight() {
    const page = document.documentElement.dataset;
    let theme;
    window.addEventListener("beforeprint", () => {
      theme = page.theme;
      page.theme = "light";
    });
    window.addEventListener("afterprint", () => {
      page.theme = theme;
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    const toggles = ".theme-switch-button, .search-button, .primary-toggle, .secondary-toggle";
    document.querySelectorAll(toggles).forEach(keepFocus);
    const spoken = document.createElement("div");
    spoken.className = "visually-hidden";
    spoken.setAttribute("role", "status");
    document.body.append(spoken);
    sayColours(document.querySelectorAll(".theme-switch-button"), spoken);
    printInLight();
  });
}
