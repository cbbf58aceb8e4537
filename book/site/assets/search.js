// The search page: what was typed, pasted or sent from another page is looked up at once.
{
  const _ = bookText;

  const SHOWN = 20; // hits at first
  const SNIPPET = 240; // characters
  const MARKED = 12; // words that a link asks its page to mark

  const index = indexOf(searchData);

  function element(name, className, ...content) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...content);
    return made;
  }

  // The words of a line that answer the search: { word, at, asked, like }.
  function hitsIn(line, forms) {
    return tokensOf(line).flatMap(({ word, at, pieces }) => {
      for (const name of [word, ...pieces.flat()]) {
        const asked = forms.findIndex((all) => all.has(name));
        if (asked >= 0) return [{ word, at, asked, like: forms[asked].get(name) }];
      }
      return [];
    });
  }

  // The best stretch of an entry's prose, with the words searched marked.
  function snippetOf({ doc, forms }) {
    let best = { worth: -1 };
    for (const line of doc.text.split("\n")) {
      const hits = hitsIn(line, forms);
      const prose = line.startsWith("✓") ? 0.6 : 1; // rather than a claim
      for (const start of hits.length ? hits.map((hit) => hit.at) : [0]) {
        const inside = hits.filter(({ at }) => at >= start && at < start + SNIPPET * 0.7);
        const likes = forms.map((_all, n) =>
          Math.max(0, ...inside.filter((hit) => hit.asked === n).map((hit) => hit.like)),
        );
        const all = likes.reduce((sum, like) => sum + like, 0);
        const worth = prose * (10 * all + inside.length);
        if (worth > best.worth) best = { worth, line, hits, start };
      }
    }
    let { line, hits, start } = best;
    let end = line.length;
    if (doc.isTerm || line.length <= SNIPPET) start = 0;
    else {
      const sentence = line.lastIndexOf(". ", start) + 1;
      start = start - sentence < SNIPPET / 3 ? sentence : line.lastIndexOf(" ", start - 40);
      start = Math.max(0, start);
      if (line.length > start + SNIPPET) end = line.lastIndexOf(" ", start + SNIPPET);
    }
    const parts = start ? ["… "] : [];
    let done = start;
    for (const { word, at } of hits) {
      if (at < done || at + word.length > end) continue;
      parts.push(line.slice(done, at), element("mark", "", line.slice(at, at + word.length)));
      done = at + word.length;
    }
    parts.push(line.slice(done, end), end < line.length ? " …" : "");
    return element("p", "hit-text", ...parts);
  }

  function linkOf({ doc, forms }) {
    const words = new Set(forms.flatMap((all) => [...all.keys()]).slice(0, MARKED));
    const marks = words.size ? `?marks=${encodeURIComponent([...words].join(" "))}` : "";
    return `${index.pages[doc.page][0]}${marks}${doc.target && `#${doc.target}`}`;
  }

  function itemOf(hit) {
    const { doc } = hit;
    const link = element("a", "", doc.heading);
    link.href = linkOf(hit);
    const item = element("li", "hit", link);
    const where = doc.target ? [index.pages[doc.page][1], ...doc.above] : [];
    if (where.length) item.append(element("p", "hit-where", where.join(" › ")));
    if (doc.text) item.append(snippetOf(hit));
    return item;
  }

  function showErrors(found) {
    const items = found.map(({ entry }) => {
      const link = element("a", "", element("code", "", entry.heading));
      link.href = entry.link;
      return element("li", "", link);
    });
    const section = element(
      "section", "errors-found",
      element("h2", "", _("Error index")), element("ul", "", ...items),
    );
    document.getElementById("search-errors").replaceChildren(...(items.length ? [section] : []));
  }

  function showHits(hits) {
    const list = element("ol", "hits", ...hits.slice(0, SHOWN).map(itemOf));
    const results = document.getElementById("search-results");
    results.replaceChildren(...(hits.length ? [list] : []));
    const rest = hits.slice(SHOWN);
    if (!rest.length) return;
    const more = element("button", "hits-more", _("Show {count} more", { count: rest.length }));
    more.type = "button";
    more.addEventListener("click", () => {
      const items = rest.map(itemOf);
      more.remove();
      list.append(...items);
      items[0].querySelector("a").focus();
    });
    results.append(more);
  }

  function show(search) {
    const errors = search.trim() ? errorsFound(search) : [];
    const above = new Set(errors.map(({ entry }) => entry.link));
    const hits = rank(search, index).filter(
      ({ doc }) => !above.has(`${index.pages[doc.page][0]}#${doc.target}`),
    );
    showErrors(errors);
    showHits(hits);
    const count = errors.length + hits.length;
    let says = "";
    if (count === 1) says = _("1 section found");
    else if (count) says = _("{count} sections found", { count });
    else if (search.trim()) says = _("Nothing found. Try fewer words, or another word for it.");
    document.getElementById("search-status").textContent = says;
    document.getElementById("search-hint").hidden = count > 0;
  }

  function startSearch() {
    const page = document.querySelector(".bd-search-container");
    const form = page.querySelector("form");
    const field = form.querySelector("input[name=q]");
    const asked = new URLSearchParams(location.search).get("q") ?? "";
    field.value = asked;
    if (!asked || matchMedia("(pointer: fine)").matches) field.focus();
    show(asked);

    field.addEventListener("input", () => {
      const search = field.value;
      const query = search ? `?q=${encodeURIComponent(search)}` : location.pathname;
      history.replaceState(null, "", query);
      show(search);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault(); // it is shown already
      if (!matchMedia("(pointer: fine)").matches) field.blur(); // the keyboard goes
    });
    page.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const stops = [field, ...page.querySelectorAll("#search-errors a, #search-results a")];
      const at = stops.indexOf(document.activeElement);
      if (!step || at < 0 || !stops[at + step]) return;
      event.preventDefault();
      stops[at + step].focus();
    });
  }

  startSearch();
}
