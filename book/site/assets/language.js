// Gives a text in the page's language, with values in place of its {names}.
function _(text, values = {}) {
  const words = typeof bookWords === "undefined" ? {} : bookWords;
  return (words[text] ?? text).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}
