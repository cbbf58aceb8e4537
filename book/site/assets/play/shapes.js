// Shapes across the eras: the form, the tables and the lines of code. What stands in them
// comes from shapes-of.js.
{
  const _ = bookText;
  const { SETTINGS, settingsFrom, addressOf, shapesOf } = shapesAcrossEras;

  const WORLDS = { tf1: "TensorFlow 1", keras: "Keras 3", torch: "PyTorch" };
  const PARTS = {
    input: _("Input"),
    outputs: _("Outputs"),
    state: _("State"),
    weights: _("Weights"),
  };
  const CODE = { tf1: _("today: import tensorflow.compat.v1 as tf, with tf-keras installed") };

  // The form: what a reader calls each setting, and its values. Names of code stay.
  const FORM = [
    [
      _("Network"),
      {
        cell: [_("Cell"), { rnn: "RNN", lstm: "LSTM", peephole: _("LSTM with peepholes"), gru: "GRU" }],
        units: [_("Units")],
        layers: [_("Layers")],
        directions: [_("Directions"), { forward: _("forward"), both: _("both") }],
        projection: [_("Projection"), _("0: none")],
      },
    ],
    [
      _("Data"),
      {
        batch: [_("Batch")],
        time: [_("Time")],
        features: [_("Features")],
        lengths: [_("lengths given")],
      },
    ],
    [
      _("Options"),
      {
        merge: [
          "merge_mode",
          { concat: "concat", sum: "sum", mul: "mul", ave: "ave", none: "None" },
        ],
        time_major: ["time_major"],
        return_sequences: ["return_sequences"],
        return_state: ["return_state"],
        reset_after: ["reset_after"],
      },
    ],
  ];

  // Settings that change nothing for others.
  const MATTERS = {
    merge: ({ directions }) => directions === "both",
    projection: ({ cell }) => cell === "lstm" || cell === "peephole",
    reset_after: ({ cell }) => cell === "gru",
  };

  const language = document.documentElement.lang || "en";
  const number = (value) => value.toLocaleString(language);
  const tuple = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  // A name may go on in a new line behind each of its parts.
  function breakable(name) {
    const parts = name.split(/(?<=[/_.])/);
    return make("code", {}, ...parts.flatMap((part) => [part, make("wbr")]));
  }

  function field(id, name, label, values) {
    const { value, of, least, most } = SETTINGS[name];
    const isCode = /^[a-z]+_[a-z]+$/.test(label);
    const words = isCode ? make("code", {}, label) : make("span", {}, label);
    if (typeof value === "boolean") {
      const box = make("input", { type: "checkbox", name, autocomplete: "off" });
      return make("label", { class: "tick" }, box, words);
    }
    const control = of
      ? make("select", { name, autocomplete: "off" })
      : make("input", { type: "number", name, min: least, max: most, step: 1, autocomplete: "off" });
    if (of) control.append(...of.map((each) => make("option", { value: each }, values[each])));
    const label_ = make("label", {}, words, control);
    if (!of && values) {
      const hint = make("small", { id: `${id}-${name}` }, values);
      control.setAttribute("aria-describedby", hint.id);
      label_.append(hint);
    }
    return label_;
  }

  function row([name, shape], part) {
    const counted = part === "weights";
    const cells = [make("td", counted ? {} : { colspan: 2 }, tuple(shape))];
    if (counted) cells.push(make("td", {}, number(shape.reduce((a, b) => a * b, 1))));
    return make("tr", {}, make("th", { scope: "row" }, breakable(name)), ...cells);
  }

  function body(part, rows) {
    const head = make("th", { scope: "rowgroup", colspan: 3 }, PARTS[part]);
    const none = make("tr", {}, make("td", { colspan: 3 }, _("not asked for")));
    return make(
      "tbody",
      {},
      make("tr", { class: "part" }, head),
      ...(rows.length ? rows.map((each) => row(each, part)) : [none]),
    );
  }

  function table(world, { input, outputs, state, weights, count }) {
    const heads = [_("name"), _("shape"), _("count")];
    return [
      make("caption", {}, WORLDS[world]),
      make("thead", {}, make("tr", {}, ...heads.map((each) => make("th", { scope: "col" }, each)))),
      ...Object.entries({ input, outputs, state, weights }).map((part) => body(...part)),
      make(
        "tfoot",
        {},
        make(
          "tr",
          {},
          make("th", { scope: "row", colspan: 2 }, _("sum")),
          make("td", {}, number(count)),
        ),
      ),
    ];
  }

  function note({ text, link }) {
    return make("li", {}, link ? make("a", { href: link }, text) : text);
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without a secure connection a browser has the old way only.
      const field = make("textarea", {}, text);
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  }

  function build(figure) {
    const form = make("form", { "aria-label": _("Settings"), autocomplete: "off" });
    for (const [title, fields] of FORM) {
      const all = Object.entries(fields).map(([name, [label, values]]) =>
        field(figure.id, name, label, values),
      );
      form.append(make("fieldset", {}, make("legend", {}, title), make("div", {}, ...all)));
    }
    const said = make("p", { role: "status" });
    const share = make("button", { type: "button" }, _("Copy link"));
    const again = make("button", { type: "button" }, _("Start again"));
    const buttons = make("div", { class: "buttons live-only" }, share, again);

    const places = Object.entries(WORLDS).map(([world, title]) => {
      const place = {
        notes: make("ul"),
        table: make("table"),
        code: make("pre", { role: "group", "aria-label": _("Code for {world}", { world: title }) }),
      };
      const highlight = make("div", { class: "highlight" }, place.code);
      const named = _("Copy the code for {world}", { world: title });
      const take = make("button", { class: "live-only", type: "button", "aria-label": named }, _("Copy"));
      take.addEventListener("click", async () => {
        await copy(place.code.textContent);
        said.textContent = _("The code for {world} is copied.", { world: title });
      });
      const heading = [make("b", {}, title), ...(CODE[world] ? [` · ${CODE[world]}`] : [])];
      const lines = make(
        "div",
        { class: "lines" },
        make("div", { class: "head" }, make("p", {}, ...heading), take),
        make("div", { class: "highlight-python notranslate" }, highlight),
      );
      const shapes = make("div", { class: "shapes" }, place.table, place.notes);
      place.section = make("section", { "aria-label": title }, shapes, lines);
      return [world, place];
    });
    const worlds = make("div", { class: "worlds" }, ...places.map(([, { section }]) => section));

    const caption = figure.querySelector("figcaption");
    const home = caption?.querySelector("a")?.href ?? location.href;
    let settings;

    function link() {
      const address = addressOf(settings);
      return `${home.split("#")[0]}#shapes${address && "?"}${address}`;
    }

    function show() {
      const all = shapesOf(settings);
      for (const [world, { notes, table: place, code }] of places) {
        place.replaceChildren(...table(world, all[world]));
        notes.replaceChildren(...all[world].notes.map(note));
        code.textContent = all[world].code;
        if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;
        else code.removeAttribute("tabindex");
      }
      for (const [name, matters] of Object.entries(MATTERS)) {
        form.elements[name].disabled = !matters(settings);
      }
      form.elements.projection.max = Math.max(settings.units - 1, 0);
      said.textContent = _("Weights: {tf1} in TensorFlow 1, {keras} in Keras 3, {torch} in PyTorch.", {
        tf1: number(all.tf1.count),
        keras: number(all.keras.count),
        torch: number(all.torch.count),
      });
    }

    // Puts settings into the form.
    function fill() {
      for (const [name, value] of Object.entries(settings)) {
        const control = form.elements[name];
        if (control.type === "checkbox") control.checked = value;
        else control.value = value;
      }
      show();
    }

    function read() {
      const asked = new URLSearchParams();
      for (const name of Object.keys(SETTINGS)) {
        const control = form.elements[name];
        asked.set(name, control.type === "checkbox" ? control.checked : control.value);
      }
      settings = settingsFrom(asked);
    }

    function toAddress() {
      if (!caption) history.replaceState(null, "", link());
    }

    form.addEventListener("input", () => {
      read();
      show();
      toAddress();
    });
    form.addEventListener("change", fill); // a number out of bounds is put right
    form.addEventListener("submit", (event) => event.preventDefault());
    again.addEventListener("click", () => {
      settings = settingsFrom(caption ? figure.dataset.settings : "");
      fill();
      toAddress();
    });
    share.addEventListener("click", async () => {
      await copy(link());
      said.textContent = _("The link to these settings is copied.");
    });

    // Its settings are those of its place, or of the page's address: #shapes?units=5
    function start() {
      const [place, asked] = location.hash.slice(1).split("?");
      const addressed = place === figure.id && asked;
      settings = settingsFrom(addressed || figure.dataset.settings);
      fill();
      if (addressed) figure.scrollIntoView();
    }

    const title = _("Shapes across the eras");
    const live = make(
      "div",
      { class: "play-live", role: "group", "aria-label": title },
      form,
      make("div", { class: "bar" }, said, buttons),
      worlds,
    );
    figure.insertBefore(live, caption);
    start();
    addEventListener("hashchange", () => {
      if (location.hash.startsWith(`#${figure.id}?`)) start();
    });
  }

  document.querySelectorAll("figure.play[data-play=shapes]").forEach(build);
}
