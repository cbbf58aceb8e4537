// The arithmetic of the piece that reads digits; digit.js shows what it gives.
//
// digitArrays, which the build takes from the chapter, holds the weights as Keras keeps
// them: a layer's gates lie side by side in the order i, f, c, o.
const digitReader = (() => {
  const SIDE = 28;
  const BOX = 20; // a digit is fitted into BOX × BOX pixels of these
  const DIRECTIONS = ["forward", "backward", "both"];

  // Float16 has a bit for the sign, 5 for the exponent, 10 for the fraction.
  function fromHalf(bits) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    return sign * (1024 + fraction) * 2 ** (exponent - 25);
  }

  function unpack({ dtype, base64 }) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    if (dtype === "uint8") return bytes;
    const halves = new DataView(bytes.buffer);
    const count = bytes.length / 2;
    return Float32Array.from({ length: count }, (_value, n) =>
      fromHalf(halves.getUint16(2 * n, true)),
    );
  }

  const unpacked = {};
  function array(name) {
    return (unpacked[name] ??= unpack(digitArrays[name]));
  }

  // The examples: a list of {image, label}, the image 28 × 28 bytes.
  function examples() {
    const size = SIDE * SIDE;
    return Array.from(array("labels"), (label, n) => ({
      image: array("images").subarray(n * size, (n + 1) * size),
      label,
    }));
  }

  // start + inputs · kernel, whose rows are as long as the result.
  function affine(inputs, kernel, start) {
    const sums = Float64Array.from(start);
    inputs.forEach((input, row) => {
      if (input === 0) return;
      const from = row * sums.length;
      for (let n = 0; n < sums.length; n++) sums[n] += input * kernel[from + n];
    });
    return sums;
  }

  const sigmoid = (x) => 1 / (1 + Math.exp(-x));

  function softmax(logits) {
    const largest = Math.max(...logits);
    const powers = logits.map((x) => Math.exp(x - largest));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  }

  // One layer, "down" or "up", over the rows in the order in which it reads: what it
  // holds after each, {h, i, f, o}, a number for each unit.
  function run(image, layer) {
    const kernel = array(`${layer}_kernel`);
    const recurrent = array(`${layer}_recurrent_kernel`);
    const bias = array(`${layer}_bias`);
    const units = bias.length / 4;
    let h = new Float64Array(units);
    let c = new Float64Array(units);
    const steps = [];
    for (let step = 0; step < SIDE; step++) {
      const row = layer === "up" ? SIDE - 1 - step : step;
      const pixels = image.subarray(row * SIDE, (row + 1) * SIDE);
      const scaled = Float64Array.from(pixels, (pixel) => pixel / 255);
      const sums = affine(h, recurrent, affine(scaled, kernel, bias));
      const part = (n) => sums.subarray(n * units, (n + 1) * units);
      const [i, f, o] = [part(0), part(1), part(3)].map((sum) => sum.map(sigmoid));
      const candidate = part(2).map(Math.tanh);
      c = c.map((before, n) => f[n] * before + i[n] * candidate[n]);
      h = c.map((memory, n) => o[n] * Math.tanh(memory));
      steps.push({ h, i, f, o });
    }
    return steps;
  }

  // Both layers and all answers: {down, up: steps as `run` gives them; probabilities:
  // {forward, backward, both: after 1, 2, … 28 rows, ten numbers each}}.
  function trace(image) {
    const down = run(image, "down");
    const up = run(image, "up");
    const seen = {
      forward: (step) => down[step].h,
      backward: (step) => up[step].h,
      both: (step) => Float64Array.of(...down[step].h, ...up[step].h),
    };
    const probabilities = {};
    for (const direction of DIRECTIONS) {
      const kernel = array(`${direction}_kernel`);
      const bias = array(`${direction}_bias`);
      probabilities[direction] = down.map((_step, n) =>
        softmax(affine(seen[direction](n), kernel, bias)),
      );
    }
    return { down, up, probabilities };
  }

  // The ten probabilities after each of the 28 rows, in the order of reading.
  function read(image, direction) {
    return trace(Uint8Array.from(image)).probabilities[direction];
  }

  // Where rows or columns with ink begin and end.
  function extent(sums) {
    const inked = sums.flatMap((sum, n) => (sum > 0 ? [n] : []));
    return [inked[0], inked.at(-1) + 1];
  }

  // A drawing as MNIST would hold it, 28 × 28 bytes: the steps of its makers, as Yadav
  // and Bottou found them again in 2019. ink: side × side numbers from 0 to 255.
  function prepare(ink, side) {
    const image = new Uint8Array(SIDE * SIDE);
    const rows = new Array(side).fill(0);
    const columns = new Array(side).fill(0);
    ink.forEach((value, n) => {
      rows[Math.floor(n / side)] += value;
      columns[n % side] += value;
    });
    const [top, bottom] = extent(rows);
    const [left, right] = extent(columns);
    if (top === undefined) return image;

    // The square around the ink, scaled to BOX × BOX: a pixel is the mean of its part.
    const square = Math.max(bottom - top, right - left, 10);
    const y0 = top - Math.floor((square - (bottom - top)) / 2);
    const x0 = left - Math.floor((square - (right - left)) / 2);
    const scale = BOX / square;
    const box = new Float64Array(BOX * BOX);
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const value = ink[y * side + x];
        if (value === 0) continue;
        for (const [i, height] of shares((y - y0) * scale, scale)) {
          for (const [j, width] of shares((x - x0) * scale, scale)) {
            box[i * BOX + j] += value * height * width;
          }
        }
      }
    }

    // The darkest pixel becomes 255; the centre of mass goes to the middle, by whole
    // pixels.
    const most = Math.max(...box);
    let mass = 0;
    let down = 0;
    let across = 0;
    const grey = box.map((value, n) => {
      const level = Math.round((255 * value) / most);
      mass += level;
      down += level * (Math.floor(n / BOX) + 0.5);
      across += level * ((n % BOX) + 0.5);
      return level;
    });
    const dy = Math.floor(SIDE / 2 + 1 - down / mass);
    const dx = Math.floor(SIDE / 2 + 1 - across / mass);
    grey.forEach((level, n) => {
      const y = Math.floor(n / BOX) + dy;
      const x = (n % BOX) + dx;
      if (y >= 0 && y < SIDE && x >= 0 && x < SIDE) image[y * SIDE + x] = level;
    });
    return image;
  }

  // How much of each pixel lies between start and start + length.
  function shares(start, length) {
    const found = [];
    for (let pixel = Math.floor(start); pixel < start + length && pixel < BOX; pixel++) {
      const part = Math.min(pixel + 1, start + length) - Math.max(pixel, start);
      if (part > 0) found.push([pixel, part]);
    }
    return found;
  }

  return { SIDE, DIRECTIONS, examples, prepare, read, trace };
})();
