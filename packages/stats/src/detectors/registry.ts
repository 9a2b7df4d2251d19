// stats/detectors: the detectors by name. A further one is made with defineDetector and given to openDetector in a list of its own: nothing here changes.
import { failure, oneOf } from '@holdfast/base';
import { adwin } from './adwin.ts';
import { cusum } from './cusum.ts';
import { ddm } from './ddm.ts';
import type { Detector, DetectorKind, DetectorState } from './detector.ts';
import { eDetector } from './e-detector.ts';
import { eddm } from './eddm.ts';
import { ewma } from './ewma.ts';
import { fhddm } from './fhddm.ts';
import { hddmA } from './hddm-a.ts';
import { hddmW } from './hddm-w.ts';
import { kswin } from './kswin.ts';
import { pageHinkley } from './page-hinkley.ts';
import type { GivenParameters } from './parameters.ts';
import { stepd } from './stepd.ts';

export const detectors: readonly DetectorKind[] = [adwin, pageHinkley, cusum, ewma, kswin, ddm, eddm, hddmA, hddmW, fhddm, stepd, eDetector];

/** The kind of a name. Fails with HF-STAT-021, and the nearest name. */
export function detectorKind(name: string, known: readonly DetectorKind[] = detectors): DetectorKind {
  const kind = known.find((one) => one.name === name);
  const names = known.map((one) => one.name);
  if (!kind) throw failure('HF-STAT-021', { saw: JSON.stringify(name), expected: oneOf(name, names) });
  return kind;
}

interface Opening {
  readonly parameters?: GivenParameters;
  readonly reference?: readonly number[];
  readonly known?: readonly DetectorKind[];
}

/** A detector at the start of a stream. */
export function openDetector(name: string, { parameters = {}, reference = [], known = detectors }: Opening = {}): Detector {
  return detectorKind(name, known).open(parameters, reference);
}

/** A detector as it was when its state was taken. */
export function resumeDetector(state: DetectorState, known: readonly DetectorKind[] = detectors): Detector {
  return detectorKind(state.detector, known).resume(state);
}
