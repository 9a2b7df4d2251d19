// stats/descriptors: what a frame of sound gives, in three numbers: enough to see a covered, clipped, hissing or changed microphone.
// level_db: root mean square against full scale (1), in decibels, -120 at least; centroid_hz: mean frequency weighted by the magnitude of the spectrum, of
// the first 1,024 samples (the largest power of two there are) under a Hann window; zero_crossings: share of neighbours whose signs differ, 0 as positive.
// Complexity: O(samples). No samples, or one that is not finite: NaN everywhere. Silence has no centroid: NaN.
// Source: G. Peeters, "A large set of audio features for sound description", IRCAM, 2004, sections 5.1 and 6.1.

export const audio_descriptors = ['level_db', 'centroid_hz', 'zero_crossings'] as const;

const spectrum_samples_max = 1_024;
const level_db_min = -120;

/** In the order of `audio_descriptors`. Samples lie in -1 to 1. */
export function describeAudio(samples: ArrayLike<number>, rate_hz: number): number[] {
  let [squares, crossings] = [0, 0];
  for (let i = 0; i < samples.length; i++) {
    squares += samples[i]! * samples[i]!;
    if (i > 0 && samples[i]! < 0 !== samples[i - 1]! < 0) crossings++;
  }
  if (samples.length === 0 || !Number.isFinite(squares)) return [Number.NaN, Number.NaN, Number.NaN];
  const level_db = Math.max(level_db_min, 10 * Math.log10(squares / samples.length));
  return [level_db, squares === 0 ? Number.NaN : centroidHz(samples, rate_hz), samples.length < 2 ? 0 : crossings / (samples.length - 1)];
}

function centroidHz(samples: ArrayLike<number>, rate_hz: number): number {
  const n = 2 ** Math.floor(Math.log2(Math.min(samples.length, spectrum_samples_max)));
  const [real, imaginary] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) real[i] = samples[i]! * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / n));
  transform(real, imaginary);
  let [weighted, total] = [0, 0];
  for (let bin = 0; bin <= n / 2; bin++) {
    const magnitude = Math.hypot(real[bin]!, imaginary[bin]!);
    weighted += ((bin * rate_hz) / n) * magnitude;
    total += magnitude;
  }
  return total === 0 ? Number.NaN : weighted / total;
}

/** The discrete Fourier transform in place, of a power of two (J. W. Cooley, J. W. Tukey, 1965). */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const n = real.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    [real[i], real[j]] = [real[j]!, real[i]!];
    [imaginary[i], imaginary[j]] = [imaginary[j]!, imaginary[i]!];
  }
  for (let size = 2; size <= n; size *= 2) for (let from = 0; from < n; from += size) butterflies(real, imaginary, from, size);
}

function butterflies(real: Float64Array, imaginary: Float64Array, from: number, size: number): void {
  for (let i = 0; i < size / 2; i++) {
    const angle = (-2 * Math.PI * i) / size;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [a, b] = [from + i, from + i + size / 2];
    const [re, im] = [real[b]! * cos - imaginary[b]! * sin, real[b]! * sin + imaginary[b]! * cos];
    [real[b], imaginary[b]] = [real[a]! - re, imaginary[a]! - im];
    [real[a], imaginary[a]] = [real[a]! + re, imaginary[a]! + im];
  }
}
