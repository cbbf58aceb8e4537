// What a recurrent network's settings mean in TensorFlow 1, Keras 3 and PyTorch: the lines
// that make it, and the shapes of all that it takes, gives and holds. Nothing is drawn here.
{
  const _ = bookText;

  // Each setting, with what it is where nothing is said; a number has its bounds, too.
  const SETTINGS = {
    cell: { value: "lstm", of: ["rnn", "lstm", "peephole", "gru"] },
    units: { value: 128, least: 1, most: 4096 },
    layers: { value: 1, least: 1, most: 8 },
    directions: { value: "forward", of: ["forward", "both"] },
    merge: { value: "concat", of: ["concat", "sum", "mul", "ave", "none"] },
    batch: { value: 32, least: 1, most: 4096 },
    time: { value: 40, least: 1, most: 4096 },
    features: { value: 5, least: 1, most: 4096 },
    lengths: { value: false },
    time_major: { value: false },
    return_sequences: { value: true },
    return_state: { value: true },
    projection: { value: 0, least: 0, most: 4095 },
    reset_after: { value: true },
  };

  const defaults = () =>
    Object.fromEntries(Object.entries(SETTINGS).map(([name, { value }]) => [name, value]));

  // Gives settings from an address's: "units=5&lengths=true". What is missing, unknown or
  // out of bounds becomes what is possible.
  function settingsFrom(text) {
    const asked = new URLSearchParams(text);
    const settings = defaults();
    for (const [name, { value, of, least, most }] of Object.entries(SETTINGS)) {
      const said = asked.get(name);
      if (said === null) continue;
      if (of) {
        if (of.includes(said)) settings[name] = said;
      } else if (typeof value === "boolean") {
        if (["true", "false"].includes(said)) settings[name] = said === "true";
      } else if (/^\d+$/.test(said)) {
        settings[name] = Math.min(Math.max(Number(said), least), most);
      }
    }
    settings.projection = Math.min(settings.projection, settings.units - 1);
    return settings;
  }

  // Gives what an address needs: the settings that nobody would guess.
  function addressOf(settings) {
    const usual = defaults();
    const own = Object.entries(settings).filter(([name, value]) => value !== usual[name]);
    return new URLSearchParams(own).toString();
  }

  const isLstm = ({ cell }) => cell === "lstm" || cell === "peephole";
  const isBoth = ({ directions }) => directions === "both";
  const projectionOf = (s) => (isLstm(s) ? s.projection : 0);
  const layersOf = ({ layers }) => [...Array(layers).keys()];

  // A call in Python, on one line where it fits and on one line per argument where not.
  function call(start, args, indent = "") {
    const line = `${indent}${start}(${args.join(", ")})`;
    if (line.length <= 84) return line;
    const deeper = `${indent}    `;
    return `${indent}${start}(\n${args.map((a) => `${deeper}${a},\n`).join("")}${indent})`;
  }

  const merging = {
    sum: (fw, bw) => `${fw} + ${bw}`,
    mul: (fw, bw) => `${fw} * ${bw}`,
    ave: (fw, bw) => `(${fw} + ${bw}) / 2`,
  };

  // What is alike in the three worlds.
  function common(s) {
    const steps = s.time_major ? [s.time, s.batch] : [s.batch, s.time];
    const axes = s.time_major ? "(time, batch, features)" : "(batch, time, features)";
    return {
      axes,
      x: [...steps, s.features],
      steps,
      wide: (width) => (s.merge === "concat" ? 2 * width : width),
      input: [
        ["x", [...steps, s.features]],
        ...(s.lengths ? [["lengths", [s.batch]]] : []),
      ],
    };
  }

  function counted(world) {
    const numbers = world.weights.map(([, shape]) => shape.reduce((a, b) => a * b, 1));
    return { ...world, count: numbers.reduce((a, b) => a + b, 0) };
  }

  // What comes of the last step, from the last h of each direction: rows, for all worlds.
  function lastRows(s, width, wide) {
    if (isBoth(s) && s.merge === "none") {
      return [
        ["last_fw", [s.batch, width]],
        ["last_bw", [s.batch, width]],
      ];
    }
    return [["last", [s.batch, isBoth(s) ? wide(width) : width]]];
  }

  // --- TensorFlow 1 -------------------------------------------------------------------

  const TF1_CELLS = {
    rnn: ["BasicRNNCell", "basic_rnn_cell"],
    lstm: ["BasicLSTMCell", "basic_lstm_cell"],
    peephole: ["LSTMCell", "lstm_cell"],
    gru: ["GRUCell", "gru_cell"],
  };

  function tf1Weights(s, name, width, scope, input) {
    const u = s.units;
    const at = (part, ...shape) => [`${scope}/${name}/${part}`, shape];
    if (s.cell === "rnn") return [at("kernel", input + u, u), at("bias", u)];
    if (s.cell === "gru") {
      return [
        at("gates/kernel", input + u, 2 * u),
        at("gates/bias", 2 * u),
        at("candidate/kernel", input + u, u),
        at("candidate/bias", u),
      ];
    }
    const diagonals = s.cell === "peephole" ? ["w_f_diag", "w_i_diag", "w_o_diag"] : [];
    return [
      at("kernel", input + width, 4 * u),
      at("bias", 4 * u),
      ...diagonals.map((diagonal) => at(diagonal, u)),
      ...(projectionOf(s) ? [at("projection/kernel", u, width)] : []),
    ];
  }

  function tf1Notes(s) {
    const notes = [];
    if (isBoth(s)) {
      notes.push(
        s.layers > 1
          ? _(
              "It returns a pair; joining it is a line of your own. tf.contrib.rnn.stack_bidirectional_dynamic_rnn does the whole loop, and always concatenates.",
            )
          : _("It returns a pair; joining it is a line of your own."),
      );
    }
    if (!s.return_sequences) {
      notes.push(_("All steps are always returned; the last output is the final state’s."));
    }
    if (!s.return_state) notes.push(_("The state is always returned."));
    if (s.cell === "gru" && s.reset_after) {
      notes.push(
        _(
          "GRUCell resets before the product, as reset_after=False does; tf.contrib.cudnn_rnn.CudnnCompatibleGRUCell has the other form.",
        ),
      );
    }
    if (s.projection && !isLstm(s)) notes.push(_("Only an LSTM has a projection."));
    return notes.map((text) => ({ text }));
  }

  function tf1(s) {
    const { axes, x, steps, wide, input } = common(s);
    const projection = projectionOf(s);
    const width = projection || s.units;
    const plain = s.cell === "lstm" && projection ? ["LSTMCell", "lstm_cell"] : null;
    const [kind, name] = plain ?? TF1_CELLS[s.cell];
    const options = [
      s.units,
      ...(s.cell === "peephole" ? ["use_peepholes=True"] : []),
      ...(projection ? [`num_proj=${projection}`] : []),
    ];
    const cell = `tf.nn.rnn_cell.${kind}(${options.join(", ")})`;
    const more = [
      ...(s.lengths ? ["sequence_length=lengths"] : []),
      "dtype=tf.float32",
      ...(s.time_major ? ["time_major=True"] : []),
    ];
    const code = [
      "import tensorflow as tf",
      "",
      `x = tf.zeros([${x.join(", ")}])  # ${axes}`,
      ...(s.lengths ? [`lengths = tf.fill([${s.batch}], ${s.time})  # (batch,)`] : []),
    ];
    const parts = isLstm(s)
      ? [[".c", [s.batch, s.units]], [".h", [s.batch, width]]] // prettier-ignore
      : [["", [s.batch, width]]];
    const partsOf = (state) => parts.map(([part, shape]) => [state + part, shape]);
    const h = isLstm(s) ? ".h" : "";
    const deep = s.layers > 1;
    const layers = layersOf(s);
    const [outputs, state, weights] = [[], [], []];
    if (!isBoth(s)) {
      if (deep) {
        const loop = `for _ in range(${s.layers})`;
        const cells = `cells = [${cell} ${loop}]`;
        code.push(
          cells.length <= 84 ? cells : `cells = [\n    ${cell}\n    ${loop}\n]`,
          "cell = tf.nn.rnn_cell.MultiRNNCell(cells)",
        );
      } else {
        code.push(`cell = ${cell}`);
      }
      code.push(call("outputs, state = tf.nn.dynamic_rnn", ["cell", "x", ...more]));
      outputs.push(["outputs", [...steps, width]]);
      if (!s.return_sequences) {
        code.push(`last = state${deep ? "[-1]" : ""}${h}`);
        outputs.push(...lastRows(s, width, wide));
      }
      for (const k of layers) {
        const scope = deep ? `rnn/multi_rnn_cell/cell_${k}` : "rnn";
        state.push(...partsOf(deep ? `state[${k}]` : "state"));
        weights.push(...tf1Weights(s, name, width, scope, k ? width : s.features));
      }
    } else {
      const run = "outputs, states = tf.nn.bidirectional_dynamic_rnn";
      if (deep) {
        code.push(
          "",
          "y, states_fw, states_bw = x, [], []",
          `for k in range(${s.layers}):`,
          `    cell_fw = ${cell}`,
          `    cell_bw = ${cell}`,
          call(run, ["cell_fw", "cell_bw", "y", ...more, 'scope="layer_%d" % k'], "    "),
          "    y = tf.concat(outputs, axis=2)",
          "    states_fw.append(states[0])",
          "    states_bw.append(states[1])",
          "",
        );
      } else {
        code.push(
          `cell_fw = ${cell}`,
          `cell_bw = ${cell}`,
          call(run, ["cell_fw", "cell_bw", "x", ...more]),
          "state_fw, state_bw = states",
        );
      }
      code.push("output_fw, output_bw = outputs");
      outputs.push(["output_fw", [...steps, width]], ["output_bw", [...steps, width]]);
      const ends = ["fw", "bw"].map((way) => (deep ? `states_${way}[-1]${h}` : `state_${way}${h}`));
      if (s.return_sequences && s.merge !== "none") {
        const pair = ["output_fw", "output_bw"];
        const merged = merging[s.merge]?.(...pair) ?? `tf.concat([${pair.join(", ")}], axis=2)`;
        code.push(`merged = ${merged}`);
        outputs.push(["merged", [...steps, wide(width)]]);
      }
      if (!s.return_sequences) {
        if (s.merge === "none") code.push(`last_fw, last_bw = ${ends.join(", ")}`);
        else {
          const last = merging[s.merge]?.(...ends) ?? `tf.concat([${ends.join(", ")}], axis=1)`;
          code.push(`last = ${last}`);
        }
        outputs.push(...lastRows(s, width, wide));
      }
      for (const way of ["fw", "bw"]) {
        for (const k of layers) {
          state.push(...partsOf(deep ? `states_${way}[${k}]` : `state_${way}`));
        }
      }
      for (const k of layers) {
        const scope = deep ? `layer_${k}` : "bidirectional_rnn";
        for (const way of ["fw", "bw"]) {
          const from = k ? 2 * width : s.features;
          weights.push(...tf1Weights(s, name, width, `${scope}/${way}`, from));
        }
      }
    }
    return counted({ code: code.join("\n"), notes: tf1Notes(s), input, outputs, state, weights });
  }

  // --- Keras 3 ------------------------------------------------------------------------

  const KERAS_LAYERS = {
    rnn: ["SimpleRNN", "simple_rnn"],
    lstm: ["LSTM", "lstm"],
    peephole: ["LSTM", "lstm"],
    gru: ["GRU", "gru"],
  };

  function kerasNotes(s) {
    const notes = [];
    if (s.cell === "peephole") {
      notes.push({
        text: _("No peepholes: this is the plain LSTM. Chapter 4 writes a cell with them."),
        link: "04_relatives.html#a-cell-that-keras-3-lacks",
      });
    }
    if (s.projection) {
      notes.push(
        isLstm(s)
          ? {
              text: _("No projection: h is as wide as the units. Chapter 4 writes a cell with one."),
              link: "04_relatives.html#a-cell-that-keras-3-lacks",
            }
          : { text: _("Only an LSTM has a projection, and not here.") },
      );
    }
    if (s.time_major) {
      notes.push({ text: _("No time_major: the axes are swapped on the way in and out.") });
    }
    if (s.lengths) notes.push({ text: _("Lengths become a mask, true where a step is real.") });
    if (isBoth(s) && s.layers > 1 && s.merge !== "concat") {
      notes.push({ text: _("The merge mode is the top layer’s; those below concatenate.") });
    }
    return notes;
  }

  function keras(s) {
    const { axes, x, steps, wide, input } = common(s);
    const [kind, name] = KERAS_LAYERS[s.cell];
    const [u, deep, both] = [s.units, s.layers > 1, isBoth(s)];
    const layers = layersOf(s);
    const top = s.layers - 1;
    const code = ["import keras", "", `x = keras.ops.zeros((${x.join(", ")}))  # ${axes}`];
    if (s.lengths) {
      code.push(
        `lengths = keras.ops.full((${s.batch},), ${s.time}, dtype="int32")  # (batch,)`,
        `mask = keras.ops.arange(${s.time}) < lengths[:, None]  # (batch, time)`,
      );
    }
    const inputs = s.lengths ? [...input, ["mask", [s.batch, s.time]]] : input;
    const nameOf = (k) => (deep ? `layer_${k}` : "layer");
    for (const k of layers) {
      const options = [
        u,
        ...(k < top || s.return_sequences ? ["return_sequences=True"] : []),
        ...(s.return_state ? ["return_state=True"] : []),
        ...(s.cell === "gru" && !s.reset_after ? ["reset_after=False"] : []),
      ];
      const layer = `keras.layers.${kind}(${options.join(", ")})`;
      const mode = s.merge === "none" ? "None" : `"${s.merge}"`;
      const merge = k === top && s.merge !== "concat" ? [`merge_mode=${mode}`] : [];
      code.push(
        both
          ? call(`${nameOf(k)} = keras.layers.Bidirectional`, [layer, ...merge])
          : call(`${nameOf(k)} = keras.layers.${kind}`, options),
      );
    }
    const pair = both && s.merge === "none";
    const result = s.return_sequences ? "outputs" : "last";
    const ends = s.return_sequences ? ["output_fw", "output_bw"] : ["last_fw", "last_bw"];
    const results = pair ? ends : [result];
    const state = [];
    let from = "x";
    if (s.time_major) {
      code.push("y = keras.ops.swapaxes(x, 0, 1)  # (batch, time, features)");
      from = "y";
    }
    for (const k of layers) {
      const parts = [];
      if (s.return_state) {
        for (const way of both ? ["_fw", "_bw"] : [""]) {
          for (const part of isLstm(s) ? ["h", "c"] : ["h"]) {
            parts.push(`${part}${way}${deep ? `_${k}` : ""}`);
          }
        }
      }
      state.push(...parts.map((part) => [part, [s.batch, u]]));
      const names = [...(k < top ? ["y"] : results), ...parts].join(", ");
      code.push(`${names} = ${nameOf(k)}(${from}${s.lengths ? ", mask=mask" : ""})`);
      from = "y";
    }
    if (s.time_major && s.return_sequences) {
      code.push(...results.map((each) => `${each} = keras.ops.swapaxes(${each}, 0, 1)`));
    }
    const width = both && !pair ? wide(u) : u;
    const shape = s.return_sequences ? [...steps, width] : [s.batch, width];
    const gates = { rnn: 1, gru: 3 }[s.cell] ?? 4;
    const bias = s.cell === "gru" && s.reset_after ? [2, gates * u] : [gates * u];
    const weights = layers.flatMap((k) => {
      const nth = k ? `_${k}` : "";
      const paths = both
        ? ["forward", "backward"].map((way) => `bidirectional${nth}/${way}_${name}${nth}`)
        : [`${name}${nth}`];
      const width = k ? (both ? 2 * u : u) : s.features;
      return paths.flatMap((path) => [
        [`${path}/${name}_cell/kernel`, [width, gates * u]],
        [`${path}/${name}_cell/recurrent_kernel`, [u, gates * u]],
        [`${path}/${name}_cell/bias`, bias],
      ]);
    });
    return counted({
      code: code.join("\n"),
      notes: kerasNotes(s),
      input: inputs,
      outputs: results.map((each) => [each, shape]),
      state,
      weights,
    });
  }

  // --- PyTorch ------------------------------------------------------------------------

  function torchNotes(s) {
    const notes = [];
    if (s.cell === "peephole") notes.push(_("No peepholes: this is the plain LSTM."));
    if (s.projection && !isLstm(s)) notes.push(_("Only an LSTM has a projection."));
    if (s.cell === "gru" && !s.reset_after) {
      notes.push(_("torch.nn.GRU always resets after the product."));
    }
    if (!s.time_major) {
      notes.push(
        _("Time comes first unless batch_first=True is given, which leaves the state as it is."),
      );
    }
    notes.push(
      isBoth(s)
        ? _("The state’s first axis: each layer’s forward half, then its backward half.")
        : _("The state’s first axis is the layers."),
    );
    if (s.lengths) notes.push(_("Lengths pack the batch, and its outputs are unpacked."));
    if (isBoth(s) && s.merge !== "concat") {
      notes.push(_("No merge mode: both halves come side by side, and are cut apart here."));
    }
    if (!s.return_sequences) {
      notes.push(_("All steps are always returned; the last output is the final state’s."));
    }
    if (!s.return_state) notes.push(_("The state is always returned."));
    notes.push(
      s.cell === "gru"
        ? _("Two biases, as reset_after has them.")
        : _("Two biases, which are added: one would do."),
    );
    return notes.map((text) => ({ text }));
  }

  function torch(s) {
    const { axes, x, steps, wide, input } = common(s);
    const kind = { rnn: "RNN", gru: "GRU" }[s.cell] ?? "LSTM";
    const [u, both, projection] = [s.units, isBoth(s), projectionOf(s)];
    const width = projection || u;
    const ways = both ? 2 : 1;
    const first = s.time_major ? [] : ["batch_first=True"];
    const code = [
      "import torch",
      ...(s.lengths
        ? ["from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence"]
        : []),
      "",
      `x = torch.zeros(${x.join(", ")})  # ${axes}`,
      ...(s.lengths ? [`lengths = torch.full((${s.batch},), ${s.time})  # (batch,)`] : []),
      call(`layer = torch.nn.${kind}`, [
        s.features,
        u,
        ...(s.layers > 1 ? [`num_layers=${s.layers}`] : []),
        ...first,
        ...(both ? ["bidirectional=True"] : []),
        ...(projection ? [`proj_size=${projection}`] : []),
      ]),
    ];
    const states = isLstm(s) ? "(h, c)" : "h";
    if (s.lengths) {
      const packing = ["x", "lengths", ...first, "enforce_sorted=False"];
      const unpacking = ["packed", ...first, `total_length=${s.time}`];
      code.push(
        call("packed = pack_padded_sequence", packing),
        `packed, ${states} = layer(packed)`,
        call("outputs, _ = pad_packed_sequence", unpacking),
      );
    } else {
      code.push(`outputs, ${states} = layer(x)`);
    }
    const outputs = [["outputs", [...steps, ways * width]]];
    if (both && s.return_sequences && s.merge !== "concat") {
      const pair = ["output_fw", "output_bw"];
      code.push("output_fw, output_bw = outputs.chunk(2, dim=2)");
      outputs.push(...pair.map((half) => [half, [...steps, width]]));
      if (s.merge !== "none") {
        code.push(`merged = ${merging[s.merge](...pair)}`);
        outputs.push(["merged", [...steps, width]]);
      }
    }
    if (!s.return_sequences) {
      const ends = ["h[-2]", "h[-1]"];
      if (!both) code.push("last = h[-1]");
      else if (s.merge === "none") code.push(`last_fw, last_bw = ${ends.join(", ")}`);
      else {
        const last = merging[s.merge]?.(...ends) ?? `torch.cat([${ends.join(", ")}], dim=1)`;
        code.push(`last = ${last}`);
      }
      outputs.push(...lastRows(s, width, wide));
    }
    const gates = { rnn: 1, gru: 3 }[s.cell] ?? 4;
    const weights = layersOf(s).flatMap((k) =>
      (both ? ["", "_reverse"] : [""]).flatMap((way) => [
        [`weight_ih_l${k}${way}`, [gates * u, k ? ways * width : s.features]],
        [`weight_hh_l${k}${way}`, [gates * u, width]],
        [`bias_ih_l${k}${way}`, [gates * u]],
        [`bias_hh_l${k}${way}`, [gates * u]],
        ...(projection ? [[`weight_hr_l${k}${way}`, [projection, u]]] : []),
      ]),
    );
    const all = ways * s.layers;
    return counted({
      code: code.join("\n"),
      notes: torchNotes(s),
      input,
      outputs,
      state: [["h", [all, s.batch, width]], ...(isLstm(s) ? [["c", [all, s.batch, u]]] : [])],
      weights,
    });
  }

  // Gives for each world {code, notes, input, outputs, state, weights, count}: lines of
  // Python; notes {text, link}; four lists, in order, of a name and a shape; the number of
  // all weights.
  const shapesOf = (settings) => ({
    tf1: tf1(settings),
    keras: keras(settings),
    torch: torch(settings),
  });

  globalThis.shapesAcrossEras = { SETTINGS, settingsFrom, addressOf, shapesOf };
}
