// stats: moments, sketches, tests, distances and the drift rule. Pure: device, server and browser run the same code.
export { type Moments, addToMoments, emptyMoments, mergeMoments, momentsOf, variance } from './sketches/moments.ts';
export { addCounts, binOf, countOnEdges, quantileEdges } from './sketches/quantile-edges.ts';
export { type FeatureReading, WindowCounts, type WindowPart } from './sketches/window-counts.ts';
export { type Image, type ImageDescriptors, imageDescriptors } from './image.ts';
export { type Observable, type ObservationShape, observe, observedNames } from './observe.ts';
export { type ProfileOptions, type ReferenceClasses, type ReferenceFeature, type ReferenceProfile, buildProfile, profile_limits } from './profile.ts';
export { type Reading, readClasses, readFeature } from './reading.ts';
export { kolmogorovSmirnovOnBins } from './tests/kolmogorov-smirnov.ts';
export { kolmogorovTail } from './tests/kolmogorov.ts';
export { gTest } from './tests/g-test.ts';
export { chiSquareTail } from './tests/chi-square.ts';
export { holm } from './tests/holm.ts';
export { totalVariation } from './distances/total-variation.ts';
export { wasserstein1OnBins } from './distances/wasserstein.ts';
export { populationStabilityIndex } from './distances/population-stability.ts';
export { jensenShannon } from './distances/jensen-shannon.ts';
export { type DriftRule, suspects } from './rule.ts';
export { alarmBudget } from './budget.ts';
