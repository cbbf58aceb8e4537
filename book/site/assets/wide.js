// What is wider than its column. On a phone, a table that doesn't fit has its cells one
// below the other. All else scrolls within itself: the keyboard reaches it too, and a
// shade at its edge says that there is more. What the browser has not laid out yet, far
// from the window (book.css), is looked at once it has.
"use strict";
{
  const PHONE = matchMedia("(max-width: 576px)");
  const SCROLLS =
    "div.math, .long-formula, .pst-scrollable-table-container, .text_html, pre";

  const ROLES = {
    TABLE: "table",
    THEAD: "rowgroup",
    TBODY: "rowgroup",
    TR: "row",
    TD: "cell",
  };

  // A table that is laid out otherwise is no table to a screen reader, unless it says so.
  function keepRoles(table) {
    for (const element of [table, ...table.querySelectorAll("thead, tbody, tr, th, td")]) {
      const heads = element.closest("thead") ? "columnheader" : "rowheader";
      element.setAttribute("role", ROLES[element.tagName] ?? heads);
    }
  }

  // Each cell can be shown with the heading of its column.
  function nameCells(table) {
    const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
    for (const row of table.tBodies[0].rows) {
      [...row.cells].forEach((cell, n) => {
        cell.dataset.column = heads[n]?.textContent.trim() ?? "";
      });
    }
  }

  function stack(table) {
    if (!table.hasAttribute("role")) {
      keepRoles(table);
      nameCells(table);
      const columns = [...table.rows].map((row) => row.querySelectorAll("td").length);
      table.style.setProperty("--columns", Math.max(...columns));
      for (const head of table.querySelectorAll("thead th[colspan]")) {
        head.style.setProperty("--span", head.colSpan);
      }
    }
    table.classList.add("stacked");
  }

  function sayMore(element) {
    const end = element.scrollLeft + element.clientWidth;
    element.classList.toggle("more", element.scrollWidth - end > 1);
  }

  function isLaidOut(element) {
    return element.checkVisibility?.({ contentVisibilityAuto: true }) ?? true;
  }

  function fit(within = document) {
    const found = (selector) => [...within.querySelectorAll(selector)].filter(isLaidOut);
    const tables = found("article table:not(.play table)");
    tables.forEach((table) => table.classList.remove("stacked"));
    const wide = (element) => element.scrollWidth > element.clientWidth;
    if (PHONE.matches) {
      tables.filter((table) => wide(table.parentElement)).forEach(stack);
    }
    const blocks = found(SCROLLS);
    const scrolling = new Set(blocks.filter(wide));
    for (const element of blocks) {
      if (scrolling.has(element)) {
        element.tabIndex = 0;
      } else {
        element.removeAttribute("tabindex");
      }
      sayMore(element);
    }
  }

  window.addEventListener("load", () => {
    fit();
    document.addEventListener("contentvisibilityautostatechange", (change) => {
      if (!change.skipped) fit(change.target);
    });
  });
  for (const change of ["resize", "change"]) addEventListener(change, () => fit()); // or a tab
  document.addEventListener("toggle", () => fit(), true); // a fold
  const scrolled = ({ target }) => target.matches?.(SCROLLS) && sayMore(target);
  document.addEventListener("scroll", scrolled, { capture: true, passive: true });
}
