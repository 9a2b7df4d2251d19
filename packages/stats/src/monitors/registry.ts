// stats/monitors: the monitors by name. Names and parameters are those of TinyLCM, and KSTest for the `ks_test` of edge-mlops-monitor.
import { failure, oneOf } from '@holdfast/base';
import { accuracyCusum } from './accuracy-cusum.ts';
import { ewmaConfidenceMonitor } from './ewma-confidence-monitor.ts';
import { ewmaFeatureMonitor } from './ewma-feature-monitor.ts';
import { featureMonitor } from './feature-monitor.ts';
import { knnDistanceMonitor } from './knn-distance-monitor.ts';
import { ksTest } from './ks-test.ts';
import type { MonitorKind } from './monitor.ts';
import { neighborDiversityDriftDetector } from './neighbor-diversity-drift-detector.ts';
import { pageHinkleyConfidenceMonitor } from './page-hinkley-confidence-monitor.ts';
import { pageHinkleyFeatureMonitor } from './page-hinkley-feature-monitor.ts';
import { predictionDistributionMonitor } from './prediction-distribution-monitor.ts';

export const monitors: readonly MonitorKind[] = [
  ewmaConfidenceMonitor,
  pageHinkleyConfidenceMonitor,
  ewmaFeatureMonitor,
  pageHinkleyFeatureMonitor,
  featureMonitor,
  predictionDistributionMonitor,
  knnDistanceMonitor,
  neighborDiversityDriftDetector,
  accuracyCusum,
  ksTest,
];

/** The kind of a name. Fails with HF-STAT-026, and the nearest name. */
export function monitorKind(name: string): MonitorKind {
  const kind = monitors.find((one) => one.name === name);
  const names = monitors.map((one) => one.name);
  if (!kind) throw failure('HF-STAT-026', { saw: JSON.stringify(name.slice(0, 80)), expected: oneOf(name, names) });
  return kind;
}
