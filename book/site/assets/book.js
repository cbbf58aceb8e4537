// What is wider than the page scrolls within itself: let the keyboard reach it too.
function letKeyboardScroll() {
  const wide =
    "div.math, .pst-scrollable-table-container, .cell_output, .text_html, pre";
  for (const element of document.querySelectorAll(wide)) {
    if (element.scrollWidth > element.clientWidth) {
      element.tabIndex = 0;
    } else {
      element.removeAttribute("tabindex");
    }
  }
}

window.addEventListener("load", () => {
  letKeyboardScroll();
  for (const fold of document.querySelectorAll("details")) {
    fold.addEventListener("toggle", letKeyboardScroll);
  }
});
window.addEventListener("resize", letKeyboardScroll);

// Tables that can be searched: those that a cell tagged "searchable" shows. A row stays
// while it holds all that was typed. The words are chosen by the page's language.
const WORDS = {
  en: {
    search: "Search this table",
    rows: (shown, all) => (shown === all ? `${all} rows` : `${shown} of ${all} rows`),
  },
};

// A long name may go on in a new line after each of its parts.
function letBreak(cell) {
  const parts = cell.textContent.split(/(?<=[._(])|(?<=[a-z])(?=[A-Z])/);
  cell.replaceChildren(...parts.flatMap((part) => [part, document.createElement("wbr")]));
}

function letSearch(table, number) {
  const words = WORDS[document.documentElement.lang] ?? WORDS.en;
  const rows = [...table.tBodies[0].rows];
  const texts = rows.map((row) =>
    [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase(),
  );
  table.querySelectorAll("tbody :is(th, td)").forEach(letBreak);
  const label = document.createElement("label");
  const field = document.createElement("input");
  const count = document.createElement("output"); // read aloud when it changes
  table.id ||= `searchable-${number}`;
  field.id = `search-${table.id}`;
  field.type = "search";
  field.autocomplete = "off";
  field.spellcheck = false;
  field.setAttribute("aria-controls", table.id);
  label.htmlFor = field.id;
  label.textContent = words.search;
  count.htmlFor = field.id;
  const narrow = () => {
    const asked = field.value.toLowerCase().split(/\s+/);
    rows.forEach((row, n) => {
      row.hidden = !asked.every((word) => texts[n].includes(word));
    });
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = words.rows(shown, rows.length);
    letKeyboardScroll();
  };
  field.addEventListener("input", narrow);
  narrow();
  const bar = document.createElement("div");
  bar.className = "table-search";
  bar.append(label, field, count);
  table.closest(".cell_output").prepend(bar);
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".tag_searchable table").forEach(letSearch);
});
