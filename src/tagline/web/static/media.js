// What a browser draws of an input: a zoom for images; waveform, spectrogram and a cursor for clips.
// All of it is computed here from the file; without scripts the plain player and image remain.

const clips = new Map(); // address -> Promise of a decoded clip; the last few are kept
const KEPT = 8;
const FRAME = 256; // samples of one column of the spectrogram
const RATE = 16000; // what clips are decoded to: speech has little above 8 kHz

/** Fetch and decode ahead of time, so that the next example is there at once. */
export function prefetch(address, kind) {
  if (kind === "image") {
    new Image().src = address;
  } else if (kind === "audio") {
    decoded(address).catch(() => {});
  }
}

/** Bring the input inside an element to life; return what its buttons and keys do. */
export function bring(place) {
  const clip = place.querySelector("[data-clip]");
  if (clip) return player(clip);
  const picture = place.querySelector("[data-picture]");
  if (picture) return zoomed(picture);
  return {};
}

function zoomed(figure) {
  const image = figure.querySelector("img");
  const caption = figure.querySelector("figcaption");
  const steps = [0, 1, 2, 4]; // 0: as large as fits
  let step = 0;
  const small = () => image.naturalWidth && Math.max(image.naturalWidth, image.naturalHeight) < 200;
  const fit = () => {
    image.classList.toggle("tiny", Boolean(small()));
    const scale = small() ? 12 : 1;
    const factor = steps[step] * scale;
    figure.classList.toggle("zoomed", step > 0);
    if (step === 0) image.style.removeProperty("width");
    else image.style.width = `${image.naturalWidth * factor}px`;
    if (caption && image.naturalWidth) {
      caption.hidden = false;
      const size = `${image.naturalWidth} × ${image.naturalHeight} pixels`;
      caption.textContent = step ? `${size}, ${factor * 100} %` : size;
    }
  };
  const zoom = (x = 0.5, y = 0.5) => {
    step = (step + 1) % steps.length;
    fit();
    figure.scrollLeft = x * figure.scrollWidth - figure.clientWidth / 2;
    figure.scrollTop = y * figure.scrollHeight - figure.clientHeight / 2;
  };
  if (image.complete) fit();
  image.addEventListener("load", fit);
  image.addEventListener("error", () => broken(figure));
  image.addEventListener("click", (event) => {
    const box = image.getBoundingClientRect();
    zoom((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  });
  return { zoom: () => zoom() };
}

function broken(figure) {
  const said = document.createElement("p");
  said.className = "mark";
  said.setAttribute("role", "status");
  said.textContent = "The image cannot be shown.";
  figure.replaceChildren(said);
}

function player(place) {
  const audio = place.querySelector("audio");
  const wave = place.querySelector(".wave");
  const play = () => (audio.paused ? audio.play().catch(() => {}) : audio.pause());
  let peaks = null;
  let length = 0;
  const cursor = () => drawWave(wave, peaks, length ? audio.currentTime / length : 0);
  decoded(place.dataset.clip).then((clip) => {
    if (!place.isConnected) return;
    peaks = clip.peaks;
    length = clip.seconds;
    for (const each of [wave, place.querySelector(".spectrum"), place.querySelector(".scale-row")]) each.hidden = false;
    wave.setAttribute("aria-label", `waveform, ${length.toFixed(1)} seconds`);
    drawScale(place.querySelector(".scale-row"), length);
    cursor();
    drawSpectrum(place.querySelector(".spectrum"), clip.samples, clip.rate);
  }).catch(async (error) => {
    const fault = place.querySelector(".fault");
    fault.hidden = false;
    fault.textContent = error.message;
  });
  let frame = 0;
  const follow = () => { cursor(); if (!audio.paused && place.isConnected) frame = requestAnimationFrame(follow); };
  audio.addEventListener("play", () => { cancelAnimationFrame(frame); follow(); });
  for (const each of ["pause", "seeked", "ended"]) audio.addEventListener(each, cursor);
  wave.addEventListener("click", (event) => {
    const box = wave.getBoundingClientRect();
    audio.currentTime = (length * (event.clientX - box.left)) / box.width;
  });
  new ResizeObserver(() => peaks && cursor()).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => peaks && cursor());
  return { play };
}

/** Return samples, rate, peaks and length of a clip; decoded once. */
function decoded(address) {
  if (!clips.has(address)) {
    clips.set(address, load(address));
    clips.get(address).catch(() => clips.delete(address));
    if (clips.size > KEPT) clips.delete(clips.keys().next().value);
  }
  return clips.get(address);
}

async function load(address) {
  const answer = await fetch(address, { headers: { Accept: "audio/*, application/json" } });
  if (!answer.ok) {
    const said = await answer.json().catch(() => null);
    throw new Error(said?.error ?? "The clip cannot be fetched.");
  }
  const context = new OfflineAudioContext(1, 1, RATE);
  const buffer = await context.decodeAudioData(await answer.arrayBuffer()).catch(() => {
    throw new Error("This browser cannot decode the clip.");
  });
  const samples = buffer.getChannelData(0);
  return { samples, rate: buffer.sampleRate, seconds: buffer.duration, peaks: peaksOf(samples, 240) };
}

function peaksOf(samples, count) {
  const peaks = new Float32Array(count);
  const step = samples.length / count;
  for (let i = 0; i < count; i++) {
    let most = 0;
    for (let j = Math.floor(i * step); j < Math.floor((i + 1) * step); j++) most = Math.max(most, Math.abs(samples[j]));
    peaks[i] = most;
  }
  return peaks;
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function sized(canvas) {
  const ratio = devicePixelRatio || 1;
  const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
  const height = Math.max(1, Math.round(canvas.clientHeight * ratio));
  if (canvas.width !== width || canvas.height !== height) {
    canvas.style.height ||= `${canvas.getAttribute("height")}px`;
    canvas.width = width;
    canvas.height = Math.round(canvas.clientHeight * ratio);
  }
  return canvas.getContext("2d");
}

function drawWave(canvas, peaks, at) {
  const draw = sized(canvas);
  const { width, height } = canvas;
  draw.clearRect(0, 0, width, height);
  draw.fillStyle = colour("--people");
  const top = Math.max(...peaks, 0.05);
  const step = width / peaks.length;
  peaks.forEach((peak, i) => {
    const tall = Math.max(2, (peak / top) * height * 0.96);
    draw.fillRect(i * step, (height - tall) / 2, Math.max(1, step * 0.66), tall);
  });
  draw.fillStyle = colour("--model");
  draw.fillRect(Math.min(at, 1) * (width - 3), 0, Math.max(2, devicePixelRatio || 1), height);
}

function drawScale(row, seconds) {
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const mark = document.createElement("span");
    mark.textContent = part === 0 ? "0 s" : (part * seconds).toFixed(seconds < 10 ? 2 : 0);
    return mark;
  });
  row.replaceChildren(...marks);
}

/** Short-time Fourier transform with a Hann window; decibels below the loudest, 70 of them. */
function drawSpectrum(canvas, samples, rate) {
  const columns = Math.min(600, Math.max(2, Math.floor(samples.length / 64)));
  const bins = FRAME / 2;
  const power = new Float32Array(columns * bins);
  let most = 1e-12;
  const real = new Float64Array(FRAME);
  const imaginary = new Float64Array(FRAME);
  for (let column = 0; column < columns; column++) {
    const start = Math.floor((column * Math.max(samples.length - FRAME, 0)) / Math.max(columns - 1, 1));
    for (let i = 0; i < FRAME; i++) {
      real[i] = (samples[start + i] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / FRAME));
      imaginary[i] = 0;
    }
    fourier(real, imaginary);
    for (let bin = 0; bin < bins; bin++) {
      const value = real[bin] ** 2 + imaginary[bin] ** 2;
      power[column * bins + bin] = value;
      most = Math.max(most, value);
    }
  }
  canvas.style.height = `${canvas.getAttribute("height")}px`;
  const image = new ImageData(columns, bins);
  for (let column = 0; column < columns; column++) {
    for (let bin = 0; bin < bins; bin++) {
      const level = Math.max(0, 1 + Math.log10(power[column * bins + bin] / most + 1e-12) / 7);
      const at = 4 * ((bins - 1 - bin) * columns + column);
      image.data[at] = 255 * Math.min(1, 2.2 * level * level);
      image.data[at + 1] = 255 * level ** 1.6 * 0.75;
      image.data[at + 2] = 255 * (0.12 + 0.5 * Math.sin(Math.PI * Math.min(level, 0.9)));
      image.data[at + 3] = 255;
    }
  }
  canvas.width = columns;
  canvas.height = bins;
  canvas.getContext("2d").putImageData(image, 0, 0);
  canvas.setAttribute("aria-label", `spectrogram, 0 to ${Math.round(rate / 2000)} kHz upwards`);
}

/** Radix-2 fast Fourier transform in place (Cooley and Tukey 1965, doi:10.2307/2003354). */
function fourier(real, imaginary) {
  const n = real.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [real[i], real[j]] = [real[j], real[i]];
      [imaginary[i], imaginary[j]] = [imaginary[j], imaginary[i]];
    }
  }
  for (let size = 2; size <= n; size *= 2) {
    for (let k = 0; k < size / 2; k++) {
      const angle = (-2 * Math.PI * k) / size;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      for (let i = k; i < n; i += size) {
        const j = i + size / 2;
        const r = real[j] * c - imaginary[j] * s;
        const m = real[j] * s + imaginary[j] * c;
        real[j] = real[i] - r;
        imaginary[j] = imaginary[i] - m;
        real[i] += r;
        imaginary[i] += m;
      }
    }
  }
}
