// Where a hit of the search leads: its words are marked in the section, until Escape is
// pressed or the button. Nothing in the page is changed or moved: the marks are ranges.
{
  const _ = bookText;

  function placesToMark() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.matches("dt")) return [target, target.nextElementSibling]; // a term
    return [target?.closest("article section") ?? document.querySelector("article")];
  }

  function rangesOf(words, place) {
    const literal = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    literal.sort((a, b) => b.length - a.length);
    const isCJK = (word) => /[^\x00-\u02ff]/.test(word);
    const whole = literal.map((word) =>
      isCJK(word) ? word : `(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`,
    );
    const pattern = new RegExp(whole.join("|"), "giu");
    const ranges = [];
    const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      if (text.parentElement.closest("script, style, button, .headerlink, .math")) continue;
      for (const { 0: word, index } of text.data.matchAll(pattern)) {
        const range = new Range();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        ranges.push(range);
      }
    }
    return ranges;
  }

  function showMarks() {
    const words = new URLSearchParams(location.search).get("marks")?.split(" ").filter(Boolean);
    if (!words?.length || !CSS.highlights) return;
    const ranges = placesToMark().filter(Boolean).flatMap((place) => rangesOf(words, place));
    if (!ranges.length) return;
    CSS.highlights.set("search", new Highlight(...ranges));

    const bar = document.createElement("div");
    const button = document.createElement("button");
    bar.className = "marks-bar";
    button.type = "button";
    button.textContent = _("Remove the marks");
    button.title = "Escape";
    button.setAttribute("aria-keyshortcuts", "Escape");
    bar.append(_("Your words are marked."), button);
    document.querySelector("main").append(bar);

    const remove = () => {
      CSS.highlights.delete("search");
      bar.remove();
      document.removeEventListener("keydown", onKey);
      const clean = new URL(location);
      clean.searchParams.delete("marks");
      history.replaceState(history.state, "", clean);
    };
    const onKey = ({ key }) => {
      if (key === "Escape" && !document.querySelector("dialog[open]")) remove();
    };
    button.addEventListener("click", remove);
    document.addEventListener("keydown", onKey);
  }

  showMarks();
}
