// bench/drift: inferences whose every part follows one hidden number: what each monitor watches moves by so many standard deviations where that number does.
import type { MonitoredInference } from '@holdfast/stats';

/** The hidden number as the value that a monitor sees: normal, a confidence that piles up near 1, a skewed positive one. */
export const laws: Readonly<Record<string, (z: number) => number>> = {
  normal: (z) => z,
  // the share of a logistic curve: a Johnson bounded law, dense near 1, as confidences are
  beta: (z) => 1 / (1 + Math.exp(-2 + 1.2 * z)),
  lognormal: (z) => Math.exp(z),
};
export const features_count = 4;

/** Features lie around the hidden number; classes are its thirds before it moved; the label is right in nine of ten, fewer where it rose. */
export function inferenceOf(law: string, shift: number, normal: () => number): MonitoredInference {
  const place = (z: number) => laws[law]!(z);
  const z = normal();
  const value = place(z + shift);
  const features = Array.from({ length: features_count }, () => place(0.8 * z + 0.6 * normal() + shift));
  const predicted = z + shift < -0.43 ? 0 : z + shift < 0.43 ? 1 : 2;
  const is_right = normal() + shift < 1.2816;
  return {
    confidence: law === 'beta' ? value : 0.5 + value / 100,
    features,
    predicted,
    label: is_right ? predicted : (predicted + 1) % 3,
    outputs: { score: value },
  };
}
