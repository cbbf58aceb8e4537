// The search page: which entries of search-data.js a search means, the best first.
{
  // What a word adds where it stands: in the prose up to 1, the more often the more (BM25).
  const WORTH = { heading: 1.3, above: 0.6, name: 0.4, page: 0.7 };
  const SATURATION = 1.2; // the more often a word comes, the less each time adds: k1
  const LENGTH = 0.5; // how much a long text counts against its words: b
  const HEADING_LENGTH = 0.05; // the same of a heading, for each of its words
  const TOGETHER = { heading: 0.5, phrase: 0.4, near: 0.3 }; // all words of the search
  const CALLED = 0.5; // the heading, up to its colon, is what was searched

  // How well another form answers a word: the same stem, or a longer word where the last
  // one may not have been typed out.
  const FORMS = { stem: 0.7, begins: 0.4 };

  const FORM = 0.6; // Summary, Exercises and the like, and what stands in them
  const APPENDIX = 0.7; // pages that aren't chapters, but for the glossary's terms
  const LATER = 0.25; // off for the last page: the earlier one explains, the later one uses
  const LEAST = 0.25; // of the best score: what scores less isn't shown
  const COVERED = 0.5; // of the search's words, by weight

  const SHORT = { tf1: ["tensorflow", "1"], tf2: ["tensorflow", "2"] };

  const WORD = /[\p{L}\p{N}_]+(?:\.[\p{L}_][\p{L}\p{N}_]*)*/gu;
  const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/u;
  const FOREIGN = /[^\x00-\u02ff]/; // quicker than CJK
  const CAPITAL = /(?<=[\p{Ll}\d])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;

  // The words of a text: { word, at, pieces }. A name has pieces, each a list of the names
  // in it that begin there: of `nn.dynamic_rnn`, [nn], [dynamic_rnn, dynamic], [rnn].
  // Chinese and Japanese have no spaces: every two neighbouring signs are a word.
  function tokensOf(text, capitals = false) {
    const words = [];
    for (const { 0: found, index: at } of text.matchAll(WORD)) {
      if (FOREIGN.test(found) && CJK.test(found)) words.push(...signsOf(found, at));
      else words.push({ word: found.toLowerCase(), at, pieces: piecesOf(found, capitals) });
    }
    return words;
  }

  function signsOf(text, at) {
    const words = [];
    for (const { 0: run, index } of text.matchAll(new RegExp(`${CJK.source}|\\w+`, "gu"))) {
      const signs = CJK.test(run) ? [...run] : [run.toLowerCase()];
      for (let i = 0; i === 0 || i + 1 < signs.length; i += 1) {
        const word = signs.slice(i, i + 2).join("");
        words.push({ word, at: at + index + signs.slice(0, i).join("").length, pieces: [] });
      }
    }
    return words;
  }

  function piecesOf(name, capitals) {
    const pieces = [];
    if (!/[._]/.test(name) && !(capitals && CAPITAL.test(name))) return pieces;
    for (const dotted of name.split(".")) {
      for (const [i, part] of dotted.split("_").filter(Boolean).entries()) {
        for (const [j, piece] of (capitals ? part.split(CAPITAL) : [part]).entries()) {
          const names = j ? [piece] : i ? [part, piece] : [dotted, part, piece];
          pieces.push([...new Set(names.map((each) => each.toLowerCase()))]);
        }
      }
    }
    return pieces.length > 1 ? pieces : [];
  }

  const NOWHERE = []; // shared, since most words of most entries stand in names only

  // The index of the data: each word → the entries that have it, with where and how often.
  function indexOf({ pages, entries, stopwords }) {
    const words = new Map();
    const called = new Map(); // a heading → the pages that have a section of this name
    const docs = entries.map(([page, target, heading, above, text, names, isTerm]) => ({
      page, target, heading, above, text, names, isTerm,
    }));
    const sizes = pages.map(() => 0);

    const read = (text, number, field, capitals) => {
      let [place, line] = [0, -1];
      const note = (word, place) => {
        const entries = words.get(word) ?? [];
        if (!entries.length) words.set(word, entries);
        if (entries.at(-1)?.number !== number) {
          entries.push({ number, heading: 0, above: 0, name: 0, places: NOWHERE });
        }
        const has = entries.at(-1);
        if (field !== "text") has[field] = 1;
        else if (has.places === NOWHERE) has.places = [place];
        else has.places.push(place);
      };
      for (const { word, at, pieces } of tokensOf(text, capitals)) {
        note(word, place);
        if (at > line && field === "text") {
          note(word, place); // a paragraph is about what it begins with
          line = text.indexOf("\n", at);
          if (line < 0) line = text.length;
        }
        for (const [i, names] of pieces.entries()) {
          for (const name of names) if (name !== word) note(name, place + i);
        }
        place += pieces.length || 1;
      }
      return place;
    };

    docs.forEach((doc, number) => {
      read(doc.heading, number, "heading", true);
      doc.headingLength = tokensOf(leadOf(doc.heading)).length;
      read([pages[doc.page][1], ...doc.above].join(" "), number, "above", true);
      doc.length = read(doc.text, number, "text", false);
      read(doc.names, number, "name", true);
      sizes[doc.page] += doc.length;
      called.set(doc.heading, (called.get(doc.heading) ?? new Set()).add(doc.page));
    });
    const isForm = (heading) => called.get(heading)?.size > pages.length / 3;
    for (const doc of docs) {
      doc.weight = [doc.heading, ...doc.above].some(isForm) ? FORM : 1;
      if (!doc.isTerm && !/\/\d/.test(pages[doc.page][0])) doc.weight *= APPENDIX;
      else doc.weight *= 1 - (LATER * doc.page) / pages.length;
    }
    const average = (all) => all.reduce((sum, one) => sum + one, 0) / all.length;
    return {
      pages, docs, words, sizes,
      averageLength: average(docs.map((doc) => doc.length)),
      averageSize: average(sizes),
      stopwords: new Set(stopwords),
    };
  }

  const stemmer = new Stemmer();

  // A search as its words: for each, the forms in the book that answer it, and how well.
  function askedOf(search, { words, stopwords }) {
    const typed = tokensOf(search, true);
    const telling = typed.filter(({ word }) => !stopwords.has(word));
    const kept = telling.length ? telling : typed;
    const last = /[\p{L}\p{N}_]$/u.test(search) ? typed.at(-1)?.word : null;
    return kept.flatMap(({ word, pieces }) => {
      if (SHORT[word]) return SHORT[word].map((long) => answersTo(long, words));
      const answers = answersTo(word, words, word === last || pieces.length > 0);
      const [, name] = /\.([^.]+)$/.exec(word) ?? []; // of tf.nn.dynamic_rnn, the last part
      for (const [form, like] of name ? answersTo(name, words) : []) {
        if (!answers.has(form)) answers.set(form, like * FORMS.stem);
      }
      if (answers.size || !pieces.length) return [answers];
      return pieces.map((names) => answersTo(names.at(-1), words));
    });
  }

  function answersTo(word, words, unfinished = false) {
    const answers = new Map();
    const stem = stemmer.stemWord(word);
    const start = word.slice(0, 2);
    for (const form of words.keys()) {
      if (!form.startsWith(start)) continue;
      if (form === word) answers.set(form, 1);
      else if (stemmer.stemWord(form) === stem) answers.set(form, FORMS.stem);
      else if (unfinished && word.length > 1 && form.startsWith(word)) {
        answers.set(form, FORMS.begins);
      }
    }
    return answers;
  }

  // The entries that a search means, the best first: { doc, score, forms }. Each word of
  // the search has a Map in forms: by which words the entry answers it, and how well.
  function rank(search, index) {
    const { docs, words, sizes } = index;
    const asked = askedOf(search, index);
    const rows = new Map(); // an entry → for each word asked, what the entry has of it
    const onPages = asked.map(() => new Map()); // a page → how often it has the word
    const rare = (count) => Math.log(1 + (docs.length - count + 0.5) / (count + 0.5));
    const weights = asked.map((answers, n) => {
      const exact = [...answers].find(([, worth]) => worth === 1)?.[0];
      const weight = exact && rare(words.get(exact).length);
      const holding = new Set();
      for (const [form, like] of answers) {
        const entries = words.get(form);
        const worth = exact ? like * Math.min(1, rare(entries.length) / weight) : like;
        for (const has of entries) {
          const { number } = has;
          holding.add(number);
          if (!rows.has(number)) rows.set(number, asked.map(() => null));
          const row = rows.get(number);
          row[n] ??= { heading: 0, above: 0, name: 0, often: 0, places: [], forms: new Map() };
          for (const field of ["heading", "above", "name"]) {
            row[n][field] = Math.max(row[n][field], has[field] * worth);
          }
          row[n].often += worth * has.places.length;
          row[n].places = row[n].places.concat(has.places);
          row[n].forms.set(form, like);
          const { page, isTerm } = docs[number];
          if (isTerm) continue;
          const times = onPages[n].get(page) ?? 0;
          onPages[n].set(page, times + worth * (has.places.length + 3 * has.heading));
        }
      }
      return weight ?? rare(holding.size);
    });
    const whole = weights.reduce((sum, weight) => sum + weight, 0);

    const ranked = [];
    for (const [number, row] of rows) {
      const doc = docs[number];
      const long = 1 - LENGTH + (LENGTH * doc.length) / index.averageLength;
      const large = 1 - LENGTH + (LENGTH * sizes[doc.page]) / index.averageSize;
      let [score, covered] = [0, 0];
      for (const [n, has] of row.entries()) {
        const onPage = doc.isTerm ? 0 : (onPages[n].get(doc.page) ?? 0) / (6 * large);
        const saturated = onPage / (SATURATION + onPage);
        score += weights[n] * WORTH.page * saturated;
        if (!has) covered += weights[n] * (doc.target ? 0.5 : 0.8) * saturated;
        if (!has) continue;
        const often = has.often / long;
        score +=
          weights[n] *
          (often / (SATURATION + often) +
            (WORTH.heading * has.heading) / (1 + HEADING_LENGTH * doc.headingLength) +
            WORTH.above * has.above +
            WORTH.name * has.name);
        covered += weights[n];
      }
      covered /= whole;
      if (covered < COVERED) continue;
      score *= covered ** 1.5;
      score += whole * covered * (together(row) + (isCalled(row, doc, index) ? CALLED : 0));
      const forms = row.map((has) => has?.forms ?? new Map());
      ranked.push({ doc, score: score * doc.weight, forms });
    }
    ranked.sort((a, b) => b.score - a.score);
    return defined(ranked, asked).filter(({ score }) => score >= LEAST * ranked[0].score);
  }

  // What it adds that the words searched stand together, in a heading or in the prose.
  function together(row) {
    if (row.length < 2) return 0;
    const titled = row.every((has) => has?.heading || has?.above);
    const sum = titled && row.some((has) => has.heading) ? TOGETHER.heading : 0;
    const places = row.map((has) => has?.places ?? []);
    const follow = (place) => places.every((all, n) => all.includes(place + n));
    if (places[0].some(follow)) return sum + TOGETHER.phrase;
    const some = places.filter((all) => all.length);
    return some.length < 2 ? sum : sum + (TOGETHER.near * some.length) / narrowest(some);
  }

  // The length of the shortest stretch of prose with a place out of each list.
  function narrowest(lists) {
    const all = lists.flatMap((places, n) => places.map((place) => [place, n]));
    all.sort((a, b) => a[0] - b[0]);
    const inside = lists.map(() => 0);
    let [missing, from, best] = [lists.length, 0, Infinity];
    for (const [place, n] of all) {
      if (!inside[n]++) missing -= 1;
      for (; !missing; from += 1) {
        best = Math.min(best, place - all[from][0] + 1);
        if (!--inside[all[from][1]]) missing += 1;
      }
    }
    return best;
  }

  // A heading up to its colon.
  function leadOf(heading) {
    return heading.split(/: |：/)[0];
  }

  // Whether the heading, up to its colon, says what was searched and nothing else.
  function isCalled(row, doc, { stopwords }) {
    if (!row.every((has) => has?.heading)) return false;
    const lead = tokensOf(leadOf(doc.heading));
    const forms = new Set(row.flatMap((has) => [...has.forms.keys()]));
    return lead.every(
      ({ word, pieces }) =>
        stopwords.has(word) ||
        forms.has(word) ||
        (pieces.length && pieces.every((names) => names.some((name) => forms.has(name)))),
    );
  }

  // With the definition of what was searched, if there is one, in one of the first places.
  function defined(ranked, asked) {
    const at = ranked.findIndex(
      ({ doc, forms }) =>
        doc.isTerm &&
        tokensOf(doc.heading).length === asked.length &&
        tokensOf(doc.heading).every(({ word }) => forms.some((all) => all.has(word))),
    );
    if (at > 1) ranked.splice(1, 0, ...ranked.splice(at, 1));
    return ranked;
  }
}
