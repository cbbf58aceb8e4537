// The search page: the entries of the error index that a pasted message belongs to.

const SURE = 0.55; // of the weight of a message's parts, or of the search's
const ALONE = 4; // so many words in common count whatever else a message says
const MOST = 3; // entries

// The words of a text, without what is the user's own: numbers, paths, variables' scopes.
function wordsOf(text) {
  return text
    .toLowerCase()
    .replace(/\S*[/\\]\S*/g, " ")
    .split(/[^a-z_]+/)
    .map((word) => word.replace(/_+$/, ""))
    .filter((word) => word.length > 1);
}

// The words, and the pairs of neighbours; null is a gap.
function partsOf(words) {
  const pairs = words.slice(1).map((word, i) => word && words[i] && `${words[i]} ${word}`);
  return new Set([...words, ...pairs].filter(Boolean));
}

// The messages of an entry as words. Where two differ in one word only, any word may
// stand there: a gap.
function patternsOf(entry) {
  const messages = entry.messages.map(wordsOf);
  const patterns = new Map(messages.map((words) => [words.join(" "), words]));
  for (const [i, one] of messages.entries()) {
    for (const other of messages.slice(i + 1)) {
      const differ = one.flatMap((word, at) => (word === other[at] ? [] : [at]));
      if (one.length !== other.length || differ.length !== 1) continue;
      const gapped = one.map((word, at) => (at === differ[0] ? null : word));
      patterns.set(gapped.join(" "), gapped);
    }
  }
  return [...patterns.values()].map(partsOf);
}

// The entries that a search belongs to, the likeliest first.
function errorsLike(search, entries) {
  const patterns = entries.flatMap((entry) =>
    patternsOf(entry).map((parts) => ({ entry, parts })),
  );
  const seen = new Map(); // in how many patterns a part is
  for (const { parts } of patterns) {
    for (const part of parts) seen.set(part, (seen.get(part) ?? 0) + 1);
  }
  const weigh = (parts) => // the rarer, the heavier
    parts.reduce((sum, part) => sum + Math.log(1 + patterns.length / (seen.get(part) ?? 1)), 0);

  const asked = partsOf(wordsOf(search));
  const wholeSearch = weigh([...asked]);
  const best = new Map(); // for each entry
  for (const { entry, parts } of patterns) {
    const common = [...parts].filter((part) => asked.has(part));
    const words = common.filter((part) => !part.includes(" "));
    const weight = weigh(common);
    const ofSearch = words.length < ALONE ? 0 : weight / wholeSearch;
    const score = Math.max(weight / weigh([...parts]), ofSearch);
    const before = best.get(entry) ?? { score: 0, weight: 0 };
    if (score > before.score || (score === before.score && weight > before.weight)) {
      best.set(entry, { entry, score, weight });
    }
  }
  const ranked = [...best.values()].sort((a, b) => b.score - a.score || b.weight - a.weight);
  const sure = Math.max(SURE, 0.8 * (ranked[0]?.score ?? 0));
  return ranked.filter(({ score }) => score >= sure).slice(0, MOST);
}

// The entries of this page's data that a search belongs to.
function errorsFound(search) {
  return errorsLike(search, JSON.parse(document.getElementById("error-index").textContent));
}
