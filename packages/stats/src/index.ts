// stats: moments, sketches, tests, distances and the drift rule. Pure: device, server and browser run the same code.
export { type Moments, addToMoments, emptyMoments, mergeMoments, momentsOf, variance } from './sketches/moments.ts';
export { addCounts, binOf, countOnEdges, quantileEdges } from './sketches/quantile-edges.ts';
export { type FeatureReading, WindowCounts, type WindowPart } from './sketches/window-counts.ts';
export { type DeviceWindow, WindowSet } from './sketches/window-set.ts';
export { type Image, type ImageDescriptor, type ImageDescriptors, imageDescriptors, image_descriptors } from './descriptors/image.ts';
export { describeText, text_descriptors } from './descriptors/text.ts';
export { audio_descriptors, describeAudio } from './descriptors/audio.ts';
export { categoryCode } from './descriptors/category.ts';
export { novelty, noveltyName, project, projectionPlaces, projection_dimensions } from './descriptors/embedding.ts';
export { type Observable, type ObservationShape, observe, observedCount, observedNames } from './observe.ts';
export { type CalibrationTable, confidence_name } from './calibration.ts';
export { type ClassificationMetrics, type ClassifiedRow, classificationMetrics } from './performance/classification.ts';
export { type AccuracyEstimate, type CountedPart, estimateAccuracy } from './performance/estimate.ts';
export { type LabelledBin, type Settled, labelsToAsk, settle } from './performance/settle.ts';
export { type ProfileOptions, buildProfile } from './build-profile.ts';
export { type ReferenceClasses, type ReferenceFeature, type ReferenceProfile, profile_limits } from './profile.ts';
