// A digit, drawn or chosen, and an LSTM that reads it row by row. The numbers come from
// digit-reader.js.
(() => {
  const _ = bookText;
  const { SIDE, DIRECTIONS } = digitReader;
  const FIELD = 280; // the drawing's own pixels, on each side
  const PEN = 22; // as wide as this
  const PACE = 160; // milliseconds for each row
  const PAUSE = 900; // from the last stroke until reading begins
  const STEP = FIELD / SIDE; // how far an arrow key moves the pen
  const SHOWN = { h: _("outputs h"), i: _("input gates i"), f: _("forget gates f"), o: _("output gates o") };
  const WAYS = { forward: _("forward ↓"), backward: _("backward ↑"), both: _("both") };
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const SVG = "http://www.w3.org/2000/svg";
  const CHART = { width: 420, height: 246, left: 52, right: 408, top: 18, bottom: 200 };

  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const percent = (part) => `${(100 * part).toFixed(1)}\u00a0%`;

  function make(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in element) element[name] = value;
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  function draw(tag, attributes, text = "") {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    return element;
  }

  function picture(width, height, name) {
    return make("canvas", { width, height, role: "img", "aria-label": name });
  }

  // The colour of a variable of the page's scheme: red, green, blue.
  function colour(element, name) {
    const hex = getComputedStyle(element).getPropertyValue(name).trim();
    return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  }

  function paint(canvas, colourAt) {
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(canvas.width, canvas.height);
    for (let y = 0; y < canvas.height; y++) {
      for (let x = 0; x < canvas.width; x++) {
        const colours = colourAt(y, x);
        if (colours) pixels.data.set(colours, 4 * (y * canvas.width + x));
      }
    }
    context.putImageData(pixels, 0, 0);
  }

  // Settings: direction, example (0 to 19), read (how many rows; then it stands still).
  function bringToLife(place) {
    const settings = new URLSearchParams(
      place.dataset.settings || location.hash.split(`#${place.id}?`)[1],
    );
    const examples = digitReader.examples();
    let image = new Uint8Array(SIDE * SIDE);
    let label = null; // of an example
    let traced = null;
    let read = 1; // rows that have been read
    let direction = DIRECTIONS.includes(settings.get("direction")) ? settings.get("direction") : "forward";
    let timer = null;
    const strokes = []; // each a list of points
    const pen = { x: FIELD / 2, y: FIELD / 2, down: false };

    // --- What stands on the page ---------------------------------------------------

    const chosen = examples.map((example, n) => {
      const name = _("a {digit}, number {n}", { digit: example.label, n: (n % 2) + 1 });
      return make("input", { type: "radio", name: "digit-example", value: n, "aria-label": name });
    });
    const thumbnails = examples.map(() => make("canvas", { width: SIDE, height: SIDE }));
    const samples = make(
      "fieldset",
      { className: "digit-examples" },
      make("legend", {}, _("Choose a digit that the network has never seen, or draw one")),
      ...chosen.map((input, n) => make("label", {}, input, thumbnails[n])),
    );

    const pad = make("canvas", { width: FIELD, height: FIELD, className: "digit-pad", tabIndex: 0, role: "application", "aria-label": _("Drawing field"), "aria-describedby": "digit-keys" });
    const undo = make("button", { type: "button" }, _("Undo"));
    const clear = make("button", { type: "button" }, _("Clear"));
    const keys = make("p", { id: "digit-keys", className: "digit-keys" }, _("Arrow keys move the pen, Space puts it down or lifts it."));
    const drawing = make(
      "div",
      { className: "digit-panel" },
      make("p", { className: "digit-title" }, _("Draw here")),
      make("div", { className: "digit-frame" }, pad),
      make("div", { className: "digit-buttons" }, undo, clear),
      keys,
    );

    const seen = picture(SIDE, SIDE, _("What the network sees: 28 rows of 28 pixels"));
    const marks = { down: [], up: [] };
    function frame(canvas, layers) {
      const bars = layers.map((layer) => {
        const bar = make("span", { className: "digit-mark" });
        marks[layer].push(bar);
        return bar;
      });
      return make("div", { className: "digit-frame digit-rows" }, canvas, ...bars);
    }
    const seeing = make(
      "div",
      { className: "digit-panel" },
      make("p", { className: "digit-title" }, _("What the network sees")),
      frame(seen, ["down", "up"]),
      make("p", { className: "digit-note" }, _("28 × 28 pixels, as MNIST prepares them")),
    );

    const strips = {
      down: picture(64, SIDE, _("The 64 units that read down, after each row")),
      up: picture(64, SIDE, _("The 64 units that read up, after each row")),
    };
    const framed = { down: frame(strips.down, ["down"]), up: frame(strips.up, ["up"]) };
    const show = make(
      "select",
      { "aria-label": _("What the colours show") },
      ...Object.entries(SHOWN).map(([value, name]) => make("option", { value }, name)),
    );
    const legend = make("p", { className: "digit-legend" });
    const units = make(
      "div",
      { className: "digit-panel" },
      make("p", { className: "digit-title" }, _("Its units"), show),
      make("div", { className: "digit-strips" }, framed.down, framed.up),
      legend,
    );

    const play = make("button", { type: "button", className: "digit-play" });
    const slider = make("input", { type: "range", min: 1, max: SIDE, step: 1, "aria-label": _("Rows read") });
    const count = make("output", { className: "digit-count" });
    const ways = DIRECTIONS.map((way) => make("input", { type: "radio", name: "digit-direction", value: way }));
    const controls = make(
      "div",
      { className: "digit-controls" },
      play,
      slider,
      count,
      make(
        "fieldset",
        { className: "digit-ways" },
        make("legend", {}, _("Read")),
        ...ways.map((input) => make("label", {}, input, make("span", {}, WAYS[input.value]))),
      ),
    );

    const bars = Array.from({ length: 10 }, () => make("span", { className: "digit-bar" }));
    const numbers = bars.map(() => make("span", { className: "digit-number" }));
    const rows = bars.map((bar, digit) =>
      make("tr", {}, make("th", { scope: "row" }, String(digit)), make("td", {}, bar, numbers[digit])),
    );
    const table = make(
      "table",
      { className: "digit-table" },
      make("caption", {}, _("Probability of each digit")),
      make("tbody", {}, ...rows),
    );
    const chart = draw("svg", { viewBox: `0 0 ${CHART.width} ${CHART.height}`, role: "img", class: "digit-chart" });
    chart.setAttribute("aria-label", _("The ten probabilities after each row, as ten curves; the table has those after the current row"));
    const curves = draw("g", {});
    chart.append(...axes(), curves);
    const answers = make("div", { className: "digit-answers" }, table, chart);

    const said = make("p", { className: "digit-said", "aria-live": "polite" });
    const live = make(
      "div",
      { className: "play-live digit" },
      samples,
      make("div", { className: "digit-panels" }, drawing, seeing, units),
      controls,
      said,
      answers,
    );

    // --- The chart -----------------------------------------------------------------

    function across(rowsRead) {
      return CHART.left + ((rowsRead - 1) / (SIDE - 1)) * (CHART.right - CHART.left);
    }

    function upwards(probability) {
      return CHART.bottom - probability * (CHART.bottom - CHART.top);
    }

    function axes() {
      const { left, right, bottom, height } = CHART;
      return [
        ...[0, 0.5, 1].flatMap((part) => [
          draw("line", { x1: left, x2: right, y1: upwards(part), y2: upwards(part) }),
          draw("text", { x: left - 6, y: upwards(part) + 4, "text-anchor": "end" }, `${100 * part}\u00a0%`),
        ]),
        ...[1, 7, 14, 21, 28].map((row) =>
          draw("text", { x: across(row), y: bottom + 18, "text-anchor": "middle" }, String(row)),
        ),
        draw("text", { x: (left + right) / 2, y: height - 8, "text-anchor": "middle" }, _("rows read")),
      ];
    }

    function drawChart(probabilities, order) {
      const drawn = [];
      const names = [];
      for (const digit of [...order].reverse()) {
        const values = probabilities.slice(0, read).map((ten) => ten[digit]);
        const rank = ["digit-best", "digit-second"][order.indexOf(digit)] ?? "";
        const points = values.map((value, n) => `${across(n + 1)},${upwards(value)}`);
        drawn.push(draw("polyline", { points: points.join(" "), class: rank }));
        const peak = Math.max(...values);
        if (peak < 0.2 && !rank) continue;
        const at = values.indexOf(peak);
        const place = { x: across(at + 1), y: upwards(peak) - 5, "text-anchor": "middle", class: rank };
        names.push(draw("text", place, String(digit)));
        if (rank) drawn.push(draw("circle", { cx: across(read), cy: upwards(values.at(-1)), r: 3.5, class: rank }));
      }
      curves.replaceChildren(...drawn, ...names);
    }

    // --- What is shown -------------------------------------------------------------

    function between(from, to, part) {
      return [...from.map((start, n) => start + part * (to[n] - start)), 255];
    }

    function drawRows() {
      const [ink, paper, low, none, high] = ["ink", "paper", "low", "none", "high"].map((name) =>
        colour(live, `--digit-${name}`),
      );
      const isRead = {
        down: (row) => direction !== "backward" && row < read,
        up: (row) => direction !== "forward" && SIDE - 1 - row < read,
      };
      paint(seen, (row, column) => {
        const reached = isRead.down(row) || isRead.up(row);
        const strength = image[row * SIDE + column] / 255;
        return between(paper, ink, reached ? strength : 0.35 * strength);
      });
      thumbnails.forEach((canvas, n) =>
        paint(canvas, (row, column) => between(paper, ink, examples[n].image[row * SIDE + column] / 255)),
      );
      for (const layer of ["down", "up"]) {
        framed[layer].hidden = direction === { down: "backward", up: "forward" }[layer];
        paint(strips[layer], (row, unit) => {
          if (!isRead[layer](row)) return null;
          const step = layer === "down" ? row : SIDE - 1 - row;
          const value = traced[layer][step][show.value][unit];
          return between(none, value < 0 ? low : high, Math.abs(value));
        });
        for (const mark of marks[layer]) {
          mark.hidden = framed[layer].hidden;
          mark.style.setProperty("--row", layer === "down" ? read - 1 : SIDE - read);
        }
      }
      const signed = show.value === "h";
      const ends = signed ? ["−1", "0", "1"] : ["0", "1"];
      legend.className = `digit-legend ${signed ? "digit-signed" : ""}`;
      legend.replaceChildren(...ends.map((end) => make("span", {}, end)));
    }

    function drawPad() {
      const context = pad.getContext("2d");
      context.clearRect(0, 0, FIELD, FIELD);
      context.strokeStyle = `rgb(${colour(live, "--digit-ink")})`;
      trail(context);
      if (document.activeElement === pad) {
        context.strokeStyle = `rgb(${colour(live, pen.down ? "--digit-low" : "--digit-high")})`;
        context.lineWidth = 3;
        context.beginPath();
        context.arc(pen.x, pen.y, PEN / 2 + 2, 0, 2 * Math.PI);
        context.stroke();
      }
    }

    function trail(context) {
      context.lineWidth = PEN;
      context.lineCap = context.lineJoin = "round";
      for (const stroke of strokes) {
        context.beginPath();
        context.moveTo(...stroke[0]);
        for (const point of stroke) context.lineTo(...point);
        context.stroke();
      }
    }

    // Shows how things stand after the rows that have been read.
    function update() {
      const probabilities = traced.probabilities[direction];
      const ten = probabilities[read - 1];
      const order = [...ten.keys()].sort((a, b) => ten[b] - ten[a]);
      drawRows();
      drawChart(probabilities, order);
      ten.forEach((part, digit) => {
        bars[digit].style.setProperty("--part", part);
        numbers[digit].textContent = percent(part);
        rows[digit].className = ["digit-best", "digit-second"][order.indexOf(digit)] ?? "";
      });
      slider.value = read;
      count.textContent = _("{read} of {all} rows", { read, all: SIDE });
      const words = { read, best: order[0], part: percent(ten[order[0]]) };
      const answer =
        direction === "both"
          ? _("After {read} of 28 rows from either end: {best}, with {part}.", words)
          : _("After {read} of 28 rows: {best}, with {part}.", words);
      const truth = label === null ? [] : [_("The label says {label}.", { label })];
      const text = [answer, ...truth].join(" ");
      slider.setAttribute("aria-valuetext", text);
      said.textContent = text;
    }

    function goTo(row) {
      read = row;
      update();
    }

    function look(newImage, newLabel) {
      image = newImage;
      label = newLabel;
      traced = digitReader.trace(image);
    }

    // --- Reading by itself ---------------------------------------------------------

    function showState() {
      const playing = timer !== null;
      play.textContent = playing ? _("Pause") : _("Play");
      said.setAttribute("aria-live", playing ? "off" : "polite");
    }

    function stop() {
      clearTimeout(timer);
      timer = null;
      showState();
    }

    function start() {
      stop();
      const next = () => {
        if (read === SIDE - 1) stop();
        else timer = setTimeout(next, PACE);
        goTo(read + 1);
      };
      read = read === SIDE ? 1 : read;
      timer = setTimeout(next, PACE);
      showState();
      update();
    }

    // From the first row where things may move, else all rows at once.
    function readAnew() {
      stop();
      goTo(calm.matches ? SIDE : 1);
      if (!calm.matches) start();
    }

    play.addEventListener("click", () => (timer === null ? start() : stop()));
    slider.addEventListener("input", () => {
      stop();
      goTo(Number(slider.value));
    });
    show.addEventListener("change", update);
    for (const input of ways) {
      input.checked = input.value === direction;
      input.addEventListener("change", () => {
        direction = input.value;
        update();
      });
    }

    // --- Choosing and drawing ------------------------------------------------------

    function choose(n) {
      chosen[n].checked = true;
      strokes.length = 0;
      pen.down = false;
      drawPad();
      look(examples[n].image, examples[n].label);
      readAnew();
    }

    chosen.forEach((input, n) => input.addEventListener("change", () => choose(n)));

    // The drawing as the network gets it.
    function prepared() {
      const canvas = make("canvas", { width: FIELD, height: FIELD });
      const context = canvas.getContext("2d", { willReadFrequently: true });
      trail(context);
      const { data } = context.getImageData(0, 0, FIELD, FIELD);
      return digitReader.prepare(
        Array.from({ length: FIELD * FIELD }, (_value, n) => data[4 * n + 3]),
        FIELD,
      );
    }

    // While one draws, the answer after all rows is shown; a while after, it is read.
    function drawn() {
      stop();
      for (const input of chosen) input.checked = false;
      drawPad();
      look(prepared(), null);
      goTo(SIDE);
    }

    // The same once for each picture that the screen shows, however many points came.
    let asked = null;
    function drawnSoon() {
      asked ??= requestAnimationFrame(() => {
        asked = null;
        drawn();
      });
    }

    let waiting = null;
    function begin(point) {
      clearTimeout(waiting);
      strokes.push([point]);
      drawn();
    }

    function lift() {
      clearTimeout(waiting);
      if (!calm.matches) waiting = setTimeout(readAnew, PAUSE);
    }

    function pointOf(event) {
      const box = pad.getBoundingClientRect();
      const scale = FIELD / box.width;
      return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    }

    pad.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      pad.setPointerCapture(event.pointerId);
      pen.down = false;
      begin(pointOf(event));
    });
    pad.addEventListener("pointermove", (event) => {
      if (!pad.hasPointerCapture(event.pointerId)) return;
      const points = event.getCoalescedEvents?.() ?? [];
      strokes.at(-1).push(...(points.length ? points : [event]).map(pointOf));
      drawnSoon();
    });
    pad.addEventListener("lostpointercapture", lift);

    pad.addEventListener("keydown", (event) => {
      if (event.key === " ") {
        pen.down = !pen.down;
        if (pen.down) begin([pen.x, pen.y]);
        else lift();
      } else if (event.key in ARROWS) {
        const [dx, dy] = ARROWS[event.key];
        pen.x = Math.min(FIELD, Math.max(0, pen.x + dx * STEP));
        pen.y = Math.min(FIELD, Math.max(0, pen.y + dy * STEP));
        if (pen.down) {
          strokes.at(-1).push([pen.x, pen.y]);
          drawn();
        }
      } else {
        return;
      }
      event.preventDefault();
      drawPad();
    });
    for (const kind of ["focus", "blur"]) pad.addEventListener(kind, drawPad);

    function take(kept) {
      clearTimeout(waiting);
      strokes.length = Math.max(0, kept);
      pen.down = false;
      drawn();
    }

    undo.addEventListener("click", () => take(strokes.length - 1));
    clear.addEventListener("click", () => take(0));

    // --- The first digit -----------------------------------------------------------

    place.prepend(live);
    new MutationObserver(() => {
      drawPad();
      update();
    }).observe(document.documentElement, { attributeFilter: ["data-theme"] });

    choose(Number(settings.get("example") ?? 8) % examples.length);
    stop();
    if (settings.has("read")) {
      goTo(Math.min(SIDE, Math.max(1, Number(settings.get("read")) || 1)));
    } else if (!calm.matches) {
      const watch = new IntersectionObserver((entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        watch.disconnect();
        if (read === 1) start();
      }, { threshold: 0.3 });
      watch.observe(live);
    }
  }

  for (const place of document.querySelectorAll('figure.play[data-play="digit"]')) {
    bringToLife(place);
  }
})();
