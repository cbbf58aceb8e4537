// One LSTM unit with one input, all its numbers in sight: chapter 3's equations.

// The arithmetic by itself. Weights are {k_x, k_h, b, forgetBias}: three lists of four
// numbers, for i, j, f and o, and a number.
const oneCell = {
  step(weights, x, h, c) {
    const sigmoid = (z) => 1 / (1 + Math.exp(-z));
    const [i, j, f, o] = weights.b.map(
      (b, n) => x * weights.k_x[n] + h * weights.k_h[n] + b,
    );
    const input = sigmoid(i);
    const candidate = Math.tanh(j);
    const forget = sigmoid(f + weights.forgetBias);
    const output = sigmoid(o);
    const kept = forget * c;
    const written = input * candidate;
    const newC = kept + written;
    const squashed = Math.tanh(newC);
    const newH = output * squashed;
    return {
      ...{ x, h, c, i, j, f, o, input, candidate, forget, output },
      ...{ kept, written, newC, squashed, newH },
    };
  },

  // Gives each step over the inputs. The state is carried on, but for what is set:
  // {number of a step: {h, c}}.
  run(weights, inputs, set) {
    let [h, c] = [0, 0];
    return inputs.map((x, t) => {
      ({ h = h, c = c } = set[t] ?? {});
      const step = oneCell.step(weights, x, h, c);
      [h, c] = [step.newH, step.newC];
      return step;
    });
  },
};

{
  const _ = bookText;

  // What to start from. Each sentence says what to look at; tests hold it to that.
  const PRESETS = {
    chapter: {
      name: _("Chapter 3"),
      look: _(
        "The numbers of chapter 3. Two thirds of the memory is kept, and three quarters of a negative candidate is added: 0.5 becomes −0.29.",
      ),
      k_x: [0.4, -0.6, 0.1, 0.3],
      k_h: [-0.5, 0.2, 0.7, 0.6],
      b: [0.1, 0, -0.2, 0.5],
      c: 0.5,
      h: -0.3,
      inputs: [2, -1, -2, 0, -1, 1, 2, 0],
    },
    hand: {
      name: _("Gates set by hand"),
      look: _(
        "The input sets the gates: 0 keeps the memory, 1 adds the candidate to it, 2 replaces it with the candidate. Step forward: 5 stays 5, becomes 5.5, then 0.5.",
      ),
      k_x: [40, 0, -40, 0],
      k_h: [0, 0, 0, 0],
      b: [-20, 0.5493, 60, 20],
      c: 5,
      h: 0,
      inputs: [0, 1, 2, 0, 0, 1, 1, 2],
    },
    never: {
      name: _("Never forgets"),
      look: _(
        "The forget gate stays at 1, so the memory is the sum of all that was written. Where the input is 0, nothing is written, and the memory stays as it is.",
      ),
      k_x: [0, 1, 0, 0],
      k_h: [0, 0, 0, 0],
      b: [20, 0, 20, 20],
      c: 0,
      h: 0,
      inputs: [1, 0, 0, 1, 0, -1, 0, 0],
    },
    once: {
      name: _("Forgets at once"),
      look: _(
        "The same, but the forget gate stays at 0: the memory holds what this step wrote. Where the input is 0, it is empty.",
      ),
      k_x: [0, 1, 0, 0],
      k_h: [0, 0, 0, 0],
      b: [20, 0, -20, 20],
      c: 0,
      h: 0,
      inputs: [1, 0, 0, 1, 0, -1, 0, 0],
    },
    fresh: {
      name: _("Fresh"),
      look: _(
        "Weights drawn as a new cell draws them, biases of 0, forget bias 1. After the first input there are only zeros: the forget gate stays near 0.73, and the memory fades. Try a forget bias of 5, then of −1.",
      ),
      k_x: [0.61, 0.62, 0.03, -0.43],
      k_h: [-0.89, -0.23, -0.18, -0.91],
      b: [0, 0, 0, 0],
      c: 0,
      h: 0,
      inputs: [2, 0, 0, 0, 0, 0, 0, 0],
    },
    saturated: {
      name: _("Saturated"),
      look: _(
        "Every gate is open, and the candidate is 1 or −1. Change any weight by 1: nothing else changes, so next to no gradient would come through.",
      ),
      k_x: [0, 12, 0, 0],
      k_h: [0, 0, 0, 0],
      b: [12, 0, 12, 12],
      c: 0,
      h: 0,
      inputs: [1, 1, 1, -1, -1, 1, -1, -1],
    },
  };

  const MOST_STEPS = 12;
  const QUIET = 500; // milliseconds without a change, then the result is said
  const GATES = ["input", "forget", "output"];

  // --- Numbers and elements ----------------------------------------------------------

  const minus = (text) => text.replace("-", "−");
  const shown = (value) => minus((Math.round(value * 100) / 100 || 0).toFixed(2));
  const typed = (value) => minus(String(Number(value.toFixed(4))));
  const inProduct = (text) => (text.startsWith("−") ? `(${text})` : text);

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  // --- The equations, with their numbers ---------------------------------------------

  // Sets letters that stand for numbers in italics.
  const inItalics = (text, tag) =>
    text.replace(/\b[xhcijfo]\b′?/g, `<${tag}>$&</${tag}>`);

  function setEquation(element, lines) {
    element.innerHTML = lines
      .map((line) => `<span>${inItalics(line, "var")}</span>`)
      .join(" ");
  }

  const plus = (bias) => (bias < 0 ? `− ${typed(-bias)}` : `+ ${typed(bias)}`);

  function sumOf(part, n, weights, step) {
    const product = (a, k) => `${inProduct(typed(a))} · ${inProduct(typed(k))}`;
    // A state that was carried on has many decimals: two are shown.
    const state = Number(step.h.toFixed(2));
    return (
      `${part} = ${product(step.x, weights.k_x[n])} + ` +
      `${product(state, weights.k_h[n])} ${plus(weights.b[n])} ` +
      `= ${shown(step[part])}`
    );
  }

  const memoryLines = (step, bias) => [
    `c′ = σ(f ${plus(bias)}) · c + σ(i) · tanh(j)`,
    `= ${shown(step.forget)} · ${inProduct(shown(step.c))} + ` +
      `${shown(step.input)} · ${inProduct(shown(step.candidate))}`,
    `= ${shown(step.newC)}`,
  ];

  const outputLines = (step) => [
    "h′ = σ(o) · tanh(c′)",
    `= ${shown(step.output)} · ${inProduct(shown(step.squashed))}`,
    `= ${shown(step.newH)}`,
  ];

  // --- The drawing -------------------------------------------------------------------

  const WIDEST = 24; // of a flow; as wide as an open gate

  const rect = (kind, x, y, width, height) =>
    `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}"/>`;

  // A flow is as wide as its number is large; a negative one is hollow.
  function flow(kind, value, [x, y], [toX, toY]) {
    const width = 1 + ((WIDEST - 1) * Math.abs(value)) / (1 + Math.abs(value));
    const kinds = `flow ${kind} ${value < 0 ? "negative" : "positive"}`;
    return y === toY
      ? rect(kinds, x, y - width / 2, toX - x, width)
      : rect(kinds, x - width / 2, Math.min(y, toY), width, Math.abs(toY - y));
  }

  // A gate has two leaves, which leave open as much as its number says.
  function gate(kind, value, x, y, upright) {
    const open = (WIDEST * value) / 2;
    const leaf = 30 - open;
    const kinds = `gate ${kind}`;
    return upright
      ? rect(kinds, x - 4, y - 30, 8, leaf) + rect(kinds, x - 4, y + open, 8, leaf)
      : rect(kinds, x - 30, y - 4, leaf, 8) + rect(kinds, x + open, y - 4, leaf, 8);
  }

  const text = (x, y, anchor, ...lines) =>
    lines
      .map((line, n) => {
        const place = `x="${x}" y="${y + 15 * n}" text-anchor="${anchor}"`;
        return `<text ${place}>${inItalics(line, "tspan")}</text>`;
      })
      .join("");

  const box = (kind, x, y, name, value, half = 28) =>
    rect(`box ${kind}`, x - half, y - 20, 2 * half, 40) +
    text(x, y - 4, "middle", name, shown(value));

  const wire = (path) => `<path class="wire" d="${path}"/>`;

  function drawing(step, bias) {
    return [
      wire("M60 322H278M60 266H72V322M110 322V306M166 322V306M222 322V306M278 322V306"),
      wire("M110 266V98M160 266V164H184M290 266V164H298"),
      // The memory's lane, and what is written into it.
      flow("c", step.c, [60, 66], [110, 66]),
      flow("c", step.kept, [110, 66], [207, 66]),
      flow("c", step.candidate, [218, 266], [218, 164]),
      flow("c", step.written, [218, 164], [218, 77]),
      flow("c", step.newC, [229, 66], [300, 66]),
      flow("c", step.squashed, [328, 86], [328, 164]),
      flow("h", step.newH, [328, 164], [328, 206]),
      gate("forget", step.forget, 110, 66, true),
      gate("input", step.input, 218, 164, false),
      gate("output", step.output, 328, 164, false),
      '<circle class="box" cx="218" cy="66" r="12"/>',
      '<path class="sign" d="M212 66H224M218 60V72"/>',
      box("c", 32, 66, "c", step.c),
      box("c", 328, 66, "c′", step.newC),
      box("h", 328, 226, "h′", step.newH),
      box("h", 32, 266, "h", step.h),
      box("", 32, 322, "x", step.x),
      box("forget", 110, 286, "f", step.f, 26),
      box("input", 166, 286, "i", step.i, 26),
      box("", 222, 286, "j", step.j, 26),
      box("output", 278, 286, "o", step.o, 26),
      text(110, 13, "middle", `σ(f ${plus(bias)})`, shown(step.forget)),
      text(160, 96, "middle", shown(step.kept)),
      text(154, 160, "end", "σ(i)", shown(step.input)),
      text(236, 143, "start", shown(step.written)),
      text(236, 214, "start", "tanh(j)", shown(step.candidate)),
      text(311, 110, "end", "tanh(c′)", shown(step.squashed)),
      text(286, 160, "end", "σ(o)", shown(step.output)),
    ].join("");
  }

  // --- The charts --------------------------------------------------------------------

  const CHART = { width: 360, height: 190, left: 34, right: 12, top: 10, bottom: 34 };
  const MARKS = {
    c: (x, y) => `<circle cx="${x}" cy="${y}" r="4"/>`,
    h: (x, y) => `<rect x="${x - 3.5}" y="${y - 3.5}" width="7" height="7"/>`,
    input: (x, y) => `<circle cx="${x}" cy="${y}" r="4"/>`,
    forget: (x, y) => `<rect x="${x - 3.5}" y="${y - 3.5}" width="7" height="7"/>`,
    output: (x, y) => `<path d="M${x} ${y - 5}l5 8.5h-10z"/>`,
  };

  const label = (x, y, anchor, text) =>
    `<text class="tick" x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;

  // Draws lines of [step, value] over the steps; `low` and `high` end the axis.
  function chart(lines, count, low, high, ticks) {
    const { width, height, left, right, top, bottom } = CHART;
    const across = (t) => left + ((width - left - right) * t) / count;
    const up = (value) =>
      height - bottom - ((height - top - bottom) * (value - low)) / (high - low);
    const grid = ticks.map(
      (tick) =>
        `<path class="grid" d="M${left} ${up(tick)}H${width - right}"/>` +
        label(left - 6, up(tick) + 4, "end", minus(String(tick))),
    );
    const steps = Array.from({ length: count + 1 }, (_step, t) =>
      label(across(t), height - bottom + 16, "middle", t),
    );
    const drawn = lines.map(([kind, points]) => {
      const at = points.map(([t, value]) => [across(t), up(value)]);
      return (
        `<g class="line ${kind}"><polyline points="${at.join(" ")}"/>` +
        `${at.map(([x, y]) => MARKS[kind](x, y)).join("")}</g>`
      );
    });
    const title = label((left + width - right) / 2, height - 3, "middle", _("step"));
    return [...grid, ...steps, title, ...drawn].join("");
  }

  function stateChart(run, count) {
    const values = run.flatMap(({ c, h, newC, newH }) => [c, h, newC, newH]);
    const most = Math.max(1, ...values.map(Math.abs));
    const ten = 10 ** Math.floor(Math.log10(most));
    const high = [1, 2, 3, 6, 10].map((n) => n * ten).find((limit) => limit >= most);
    const low = Math.min(...values) < -0.005 ? -high : 0;
    const ticks = low ? [-high, 0, high] : [0, high / 2, high];
    const line = (before, after) => [
      [0, run[0][before]],
      ...run.slice(0, count).map((step, t) => [t + 1, step[after]]),
    ];
    const lines = [
      ["c", line("c", "newC")],
      ["h", line("h", "newH")],
    ];
    return chart(lines, run.length, low, high, ticks);
  }

  const gateChart = (run, count) =>
    chart(
      GATES.map((kind) => [kind, run.slice(0, count).map((s, t) => [t + 1, s[kind]])]),
      run.length,
      0,
      1,
      [0, 0.5, 1],
    );

  // --- A piece -----------------------------------------------------------------------

  function svg(height, name) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    element.setAttribute("viewBox", `0 0 360 ${height}`);
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", name);
    return element;
  }

  const key = (kind, name) => {
    const element = make("span", { class: `key line ${kind}` });
    const mark = MARKS[kind](6, 6);
    const drawn = `<svg viewBox="0 0 12 12" aria-hidden="true">${mark}</svg>`;
    element.innerHTML = `${drawn} ${name}`;
    return element;
  };

  function build(figure, number) {
    let preset, weights, inputs, set, present, run;
    const controls = [];

    // A number that can be slid and typed; a slider reaches as far as its number does.
    function control(label, name, reach, grain, get, put, decimals = 4) {
      const slider = make("input", { type: "range", step: grain, "aria-label": name });
      const field = make("input", {
        ...{ type: "number", step: "any" },
        "aria-label": _("{name}, as a number", { name }),
      });
      const take = (event) => {
        if (!Number.isFinite(event.target.valueAsNumber)) return;
        put(event.target.valueAsNumber);
        edited();
      };
      slider.addEventListener("input", take);
      field.addEventListener("input", take);
      field.addEventListener("change", () => show());
      controls.push(() => {
        const value = get();
        if (document.activeElement !== slider) {
          slider.max = Math.max(reach, Math.ceil(Math.abs(value)));
          slider.min = -slider.max;
        }
        slider.value = value;
        if (field.valueAsNumber !== value)
          field.value = Number(value.toFixed(decimals));
      });
      return make("div", { class: "control live-only" }, label, field, slider);
    }

    const variable = (letter, index = "") => {
      const element = make("span", { class: "symbol", "aria-hidden": "true" });
      element.innerHTML = `<var>${letter}</var>${index && `<sub>${index}</sub>`}`;
      return element;
    };

    // What to start from.
    const presets = Object.entries(PRESETS).map(([id, { name }]) => {
      const radio = make("input", { type: "radio", name: `cell-${number}`, value: id });
      radio.addEventListener("change", () => start(id));
      return make("label", {}, radio, make("span", {}, name));
    });
    const sentence = make("p", { class: "look live-only" });

    // The state before the step.
    const state = (letter) => {
      return (value) => (set[present] = { ...set[present], [letter]: value });
    };
    const before = make(
      "fieldset",
      { class: "before live-only" },
      make("legend", {}, _("Before the step")),
      control(
        variable("x"),
        _("input x"),
        3,
        0.1,
        () => run[present].x,
        (value) => {
          inputs[present] = value;
        },
      ),
      control(
        variable("h"),
        _("output h"),
        1,
        0.05,
        () => run[present].h,
        state("h"),
        2,
      ),
      control(
        variable("c"),
        _("memory c"),
        3,
        0.1,
        () => run[present].c,
        state("c"),
        2,
      ),
      control(
        make("span", { class: "symbol", "aria-hidden": "true" }, _("forget bias")),
        _("forget bias"),
        6,
        0.1,
        () => weights.forgetBias,
        (value) => (weights.forgetBias = value),
      ),
    );

    const picture = svg(
      346,
      _(
        "How the numbers flow: from c through the forget gate, then the candidate is added through the input gate, which makes c′; from there through tanh and the output gate to h′. A flow is as wide as its number is large, and hollow where it is negative; a gate is as open as its number is near 1.",
      ),
    );
    const result = make("div", { class: "result" });
    const memory = make("p", { class: "equation" });
    const output = make("p", { class: "equation" });
    result.append(memory, output);

    // The four parts: what each computes, and its weights.
    const parts = [
      ["i", "input", _("Input gate"), () => "σ(i)"],
      ["j", "candidate", _("Candidate"), () => "tanh(j)"],
      ["f", "forget", _("Forget gate"), () => `σ(f ${plus(weights.forgetBias)})`],
      ["o", "output", _("Output gate"), () => "σ(o)"],
    ].map(([part, kind, name, squashed], n) => {
      const weight = (letter, index, list) => {
        const says = `${letter}${index && ` ${index}`}`;
        const put = (value) => (weights[list][n] = value);
        const label = variable(letter, index);
        return control(label, says, 5, 0.1, () => weights[list][n], put);
      };
      const sum = make("p", { class: "equation" });
      const value = make("p", { class: "equation value" });
      const group = make(
        "fieldset",
        { class: `part ${kind}` },
        make("legend", {}, name),
        value,
        sum,
        weight("k", "x", "k_x"),
        weight("k", "h", "k_h"),
        weight("b", "", "b"),
      );
      const update = () => {
        const step = run[present];
        setEquation(sum, [sumOf(part, n, weights, step)]);
        setEquation(value, [`${squashed()} = ${shown(step[kind])}`]);
        group.style.setProperty("--open", step[kind]);
      };
      return [group, update];
    });

    // The sequence.
    const list = make("input", {
      ...{ type: "text", autocomplete: "off", spellcheck: "false" },
      "aria-describedby": `cell-wrong-${number}`,
    });
    const wrong = make("p", { class: "wrong", id: `cell-wrong-${number}` });
    list.addEventListener("change", () => {
      const words = list.value
        .replace(/−/g, "-")
        .split(/[\s,;]+/)
        .filter(Boolean);
      const numbers = words.map(Number);
      const right =
        numbers.every(Number.isFinite) && words.length && words.length <= MOST_STEPS;
      list.setAttribute("aria-invalid", !right);
      wrong.textContent = right
        ? ""
        : _("Expected 1 to {most} numbers, such as: 1, 0, −0.5", { most: MOST_STEPS });
      if (!right) return;
      inputs = numbers;
      present = Math.min(present, inputs.length - 1);
      edited();
    });
    const button = (name, act) => {
      const element = make("button", { type: "button" }, name);
      element.addEventListener("click", () => {
        if (element.getAttribute("aria-disabled") === "true") return;
        act();
        show();
      });
      return element;
    };
    const back = button(_("Back"), () => (present -= 1));
    const forward = button(_("Forward"), () => (present += 1));
    const reset = button(_("Reset"), () => {
      present = 0;
      set = { 0: set[0] };
    });
    const where = make("span", { class: "where" });
    const steps = make(
      "div",
      { class: "steps live-only" },
      make("label", { class: "list" }, make("span", {}, _("Inputs")), list),
      make("div", { class: "buttons" }, back, forward, reset, where),
      wrong,
    );

    const states = svg(CHART.height, _("Memory and output after each step so far."));
    const gates = svg(CHART.height, _("The three gates in each step so far."));
    const charts = make(
      "div",
      { class: "charts" },
      make(
        "div",
        {},
        make("p", {}, key("c", "<var>c</var>"), key("h", "<var>h</var>")),
        states,
      ),
      make(
        "div",
        {},
        make(
          "p",
          {},
          key("input", "σ(<var>i</var>)"),
          key("forget", _("forget gate")),
          key("output", "σ(<var>o</var>)"),
        ),
        gates,
      ),
    );

    const heads = [
      _("step"),
      "x",
      "σ(i)",
      "tanh(j)",
      _("forget gate"),
      "σ(o)",
      "c′",
      "h′",
    ];
    const rows = make("tbody");
    const table = make(
      "details",
      { class: "live-only" },
      make("summary", {}, _("The steps so far as a table")),
      make(
        "div",
        { class: "pst-scrollable-table-container" },
        make(
          "table",
          {},
          make(
            "thead",
            {},
            make("tr", {}, ...heads.map((h) => make("th", { scope: "col" }, h))),
          ),
          rows,
        ),
      ),
    );

    // Said once the numbers have come to rest.
    const aloud = make("p", { class: "aloud", role: "status" });
    let rest;

    function say() {
      const { c, newC, h, newH } = run[present];
      const values = [c, newC, h, newH].map(shown);
      aloud.textContent = _(
        "Step {step} of {steps}: memory {c} becomes {newC}, output {h} becomes {newH}.",
        {
          ...{ step: present + 1, steps: inputs.length },
          ...{ c: values[0], newC: values[1], h: values[2], newH: values[3] },
        },
      );
    }

    function show() {
      run = oneCell.run(weights, inputs, set);
      const step = run[present];
      controls.forEach((refresh) => refresh());
      picture.innerHTML = drawing(step, weights.forgetBias);
      setEquation(memory, memoryLines(step, weights.forgetBias));
      setEquation(output, outputLines(step));
      parts.forEach(([, update]) => update());
      if (document.activeElement !== list) list.value = inputs.map(typed).join(", ");
      back.setAttribute("aria-disabled", present === 0);
      forward.setAttribute("aria-disabled", present === inputs.length - 1);
      where.textContent = _("Step {step} of {steps}", {
        step: present + 1,
        steps: inputs.length,
      });
      states.innerHTML = stateChart(run, present + 1);
      gates.innerHTML = gateChart(run, present + 1);
      rows.replaceChildren(
        ...run.slice(0, present + 1).map((s, t) => {
          const { input, candidate, forget, output: out, newC, newH } = s;
          const cells = [input, candidate, forget, out, newC, newH].map(shown);
          return make(
            "tr",
            {},
            make("th", { scope: "row" }, String(t + 1)),
            ...[typed(s.x), ...cells].map((cell) => make("td", {}, cell)),
          );
        }),
      );
      clearTimeout(rest);
      rest = setTimeout(say, QUIET);
    }

    function edited() {
      const chosen = live.querySelector("[type=radio]:checked");
      if (chosen) chosen.checked = false;
      show();
    }

    function start(id, step = 1) {
      preset = PRESETS[id] ? id : "chapter";
      const { look, k_x, k_h, b, c, h, inputs: given } = PRESETS[preset];
      weights = { k_x: [...k_x], k_h: [...k_h], b: [...b], forgetBias: 1 };
      inputs = [...given];
      set = { 0: { c, h } };
      present = Math.min(Math.max(Math.trunc(step) || 1, 1), inputs.length) - 1;
      live.querySelector(`[value=${preset}]`).checked = true;
      sentence.textContent = look;
      show();
    }

    const live = make(
      "div",
      { class: "play-live", role: "group", "aria-label": _("One LSTM cell") },
      make(
        "fieldset",
        { class: "presets live-only" },
        make("legend", {}, _("Start from")),
        ...presets,
      ),
      sentence,
      make("div", { class: "unit" }, before, picture, result),
      steps,
      charts,
      make("div", { class: "parts" }, ...parts.map(([group]) => group)),
      table,
      aloud,
    );
    figure.insertBefore(live, figure.querySelector("figcaption"));

    // Its settings are those of its place, or of the page's address: #cell?preset=never
    const [place, asked] = location.hash.slice(1).split("?");
    const addressed = place === figure.id && asked;
    const settings = new URLSearchParams(addressed || figure.dataset.settings);
    start(settings.get("preset"), settings.get("step"));
    clearTimeout(rest); // nothing has changed yet
    if (addressed) figure.scrollIntoView();
  }

  document.querySelectorAll("figure.play[data-play=cell]").forEach(build);
}
