// examples/digits: what goes wrong in front of and behind a camera's lens, done to real images.
// fog: blur (droplets scatter) and a veil of light, by Koschmieder's law: seen = scene * t + airlight * (1 - t); blacks rise, contrast falls.
// gain: a sensor whose amplifier is set wrong: the black level that it subtracts is amplified too: (v + pedestal) * gain - pedestal + offset, clipped.
// Source: H. Koschmieder, "Theorie der horizontalen Sichtweite", 1924; S. G. Narasimhan, S. K. Nayar, IJCV 48(3), 2002.

/** The state of a lens: no fog and a gain of 1 give the image as it is. */
export interface Fault {
  /** 0 (clear) to 1. */
  readonly fog: number;
  /** Above 0; 1 is right. */
  readonly gain: number;
  /** Grey levels added after the gain. */
  readonly offset: number;
}

export const clear: Fault = { fog: 0, gain: 1, offset: 0 };

const airlight = 200;
const veil_max = 0.8;
const blur_sigma_max = 1.6; // pixels, of 28
const pedestal = 16; // grey levels, as in many 8-bit sensors

export function seeThrough(pixels: Uint8Array, width: number, height: number, fault: Fault): Uint8Array {
  const foggy = fault.fog > 0 ? fog(pixels, width, height, fault.fog) : pixels;
  return fault.gain !== 1 || fault.offset !== 0 ? gain(foggy, fault.gain, fault.offset) : foggy;
}

export function fog(pixels: Uint8Array, width: number, height: number, strength: number): Uint8Array {
  const blurred = blur(pixels, width, height, blur_sigma_max * strength);
  const through = 1 - veil_max * strength;
  return Uint8Array.from(blurred, (level) => Math.round(level * through + airlight * (1 - through)));
}

export function gain(pixels: Uint8Array, factor: number, offset: number): Uint8Array {
  return Uint8Array.from(pixels, (level) => Math.min(255, Math.max(0, Math.round((level + pedestal) * factor - pedestal + offset))));
}

/** Gaussian blur, rows then columns, to 3 sigma; the edge pixel is repeated outside. */
function blur(pixels: Uint8Array, width: number, height: number, sigma: number): Float64Array {
  const radius = Math.ceil(3 * sigma);
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => (sigma > 0 ? Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)) : 1));
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  const weights = kernel.map((weight) => weight / total);
  return pass(pass(Float64Array.from(pixels), weights, width, height, 1, width), weights, height, width, width, 1);
}

/** One direction: `length` pixels `step` apart, for each of `lines` lines `next` apart. */
function pass(from: Float64Array, weights: Float64Array, length: number, lines: number, step: number, next: number): Float64Array {
  const radius = (weights.length - 1) / 2;
  const out = new Float64Array(from.length);
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * from[line * next + Math.min(length - 1, Math.max(0, i + k - radius)) * step]!;
      out[line * next + i * step] = sum;
    }
  }
  return out;
}
