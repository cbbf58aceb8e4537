// A field that narrows what a page lists: the rows of a table that a cell tagged
// "searchable" shows, and the list of all claims. An item stays while it holds all the
// words that were typed.
"use strict";
{
  const _ = bookText;

  // Gives the field, its label and the count, in one bar.
  //   list: the element that holds the items. label: the field's name.
  //   count(shown, all): the words for how many there are.
  //   narrowed(asked): called after each change, with what was typed.
  function filterBar(list, items, label, count, narrowed = () => {}) {
    const texts = items.map((item) =>
      [...(item.cells ?? [item])].map((part) => part.textContent).join(" ").toLowerCase(),
    );
    const bar = document.createElement("div");
    const name = document.createElement("label");
    const field = document.createElement("input");
    const number = document.createElement("output"); // read aloud when it changes
    bar.className = "filter";
    field.id = `filter-${list.id}`;
    field.type = "search";
    field.autocomplete = "off";
    field.spellcheck = false;
    field.setAttribute("aria-controls", list.id);
    name.htmlFor = number.htmlFor = field.id;
    name.textContent = label;
    const narrow = () => {
      const asked = field.value.toLowerCase().trim();
      const words = asked.split(/\s+/);
      items.forEach((item, n) => {
        item.hidden = !words.every((word) => texts[n].includes(word));
      });
      const shown = items.filter((item) => !item.hidden).length;
      number.textContent = count(shown, items.length);
      narrowed(asked);
    };
    field.addEventListener("input", narrow);
    narrow();
    bar.append(name, field, number);
    return bar;
  }

  // A long name may go on in a new line after each of its parts.
  function letBreak(cell) {
    const parts = cell.textContent.split(/(?<=[._(])|(?<=[a-z])(?=[A-Z])/);
    cell.replaceChildren(...parts.flatMap((part) => [part, document.createElement("wbr")]));
  }

  function filterTable(table, number) {
    table.id ||= `searchable-${number}`;
    table.querySelectorAll("tbody :is(th, td)").forEach(letBreak);
    const count = (shown, all) =>
      shown === all
        ? _("{all} rows", { all })
        : _("{shown} of {all} rows", { shown, all });
    const refit = () => window.dispatchEvent(new Event("resize")); // its width has changed
    const rows = [...table.tBodies[0].rows];
    const bar = filterBar(table, rows, _("Search this table"), count, refit);
    table.closest(".cell_output").prepend(bar);
  }

  function filterClaims(contents) {
    const list = contents.closest("section");
    const sections = [...list.querySelectorAll("section")];
    const lists = sections.flatMap((section) => [...section.querySelectorAll("ul.claims")]);
    const empty = (within) => !within.querySelector(".claims > li:not([hidden])");
    const count = (shown, all) => _("{shown} of {all} claims", { shown, all });
    const narrowed = (asked) => {
      contents.hidden = asked !== "";
      for (const claims of lists) {
        const heading = claims.previousElementSibling;
        claims.hidden = ![...claims.children].some((claim) => !claim.hidden);
        if (heading?.matches(".claims-heading")) heading.hidden = claims.hidden;
      }
      for (const section of sections) section.hidden = empty(section);
    };
    const items = lists.flatMap((claims) => [...claims.children]);
    contents.before(filterBar(list, items, _("Search the claims"), count, narrowed));
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".tag_searchable table").forEach(filterTable);
    document.querySelectorAll(".claims-contents").forEach(filterClaims);
  });
}
