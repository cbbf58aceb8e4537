// Gives a text in the page's language, with values in place of its {names}. A script
// begins with `const _ = bookText;` in a block of its own, so that its texts are found:
// the name `_` outside of such a block is Sphinx's, whose doctools.js has no values.
function bookText(text, values = {}) {
  const words = typeof bookWords === "undefined" ? {} : bookWords;
  return (words[text] ?? text).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}
