// stats: moments, sketches, tests, distances and the drift rule. Pure: device, server and browser run the same code.
export { type Moments, addToMoments, emptyMoments, mergeMoments, momentsOf, variance } from './sketches/moments.ts';
export { addCounts, binOf, countOnEdges, quantileEdges } from './sketches/quantile-edges.ts';
export { type FeatureReading, WindowCounts, type WindowPart } from './sketches/window-counts.ts';
export { type DeviceWindow, WindowSet } from './sketches/window-set.ts';
export { type Image, type ImageDescriptor, type ImageDescriptors, imageDescriptors, image_descriptors } from './descriptors/image.ts';
export { describeText, text_descriptors } from './descriptors/text.ts';
export { audio_descriptors, describeAudio } from './descriptors/audio.ts';
export { categoryCode } from './descriptors/category.ts';
export { featureInWords, featuresOfPair, pairInSentence, pairName, withoutEchoes } from './pairs.ts';
export { type Counted, type Counter, type CounterKind, countedShare, featureCounters } from './counters.ts';
export { novelty, noveltyName, project, projectionPlaces, projection_dimensions } from './descriptors/embedding.ts';
export { type Observable, type ObservationShape, observe, observedCount, observedNames } from './observe.ts';
export { type CalibrationTable, confidence_name } from './calibration.ts';
export { type ClassificationMetrics, type ClassifiedRow, type ReliabilityBin, classificationMetrics } from './performance/classification.ts';
export { type AccuracyEstimate, type CountedPart, estimateAccuracy } from './performance/estimate.ts';
export { type RegressionMetrics, regressionMetrics } from './performance/regression.ts';
export { type LabelledBin, type Settled, labelsToAsk, settle } from './performance/settle.ts';
export { type ProfileOptions, buildProfile } from './build-profile.ts';
export { type ReferenceClasses, type ReferenceFeature, type ReferenceProfile, profile_limits } from './profile.ts';
export { WarmUp, type WarmUpOptions } from './warm-up/warm-up.ts';
export { KnownWords, hasCodes, parseWords, unnamedInWords, unnamedWords, words_limits } from './warm-up/known-words.ts';
export type { WarmUpState } from './warm-up/state.ts';
export { type ReferenceCategories, categoryBins, categoryRanks, seldomOf } from './categories.ts';
export { parseProfile } from './parse-profile.ts';
export { type Reading, type ReferenceWords, effectOf, readClasses, readFeature, readWords } from './reading.ts';
export { kolmogorovSmirnovOnBins } from './tests/kolmogorov-smirnov.ts';
export { gTest } from './tests/g-test.ts';
export { holm } from './tests/holm.ts';
export { type Answer, type Options, type Pair, type TwoSample, two_sample } from './two-sample.ts';
export { type RowOptions, type RowTest, row_defaults, row_tests } from './row-tests.ts';
export { type Adjustment, adjustments } from './adjustments.ts';
export type { Alternative, Method, TestOutcome } from './tests/outcome.ts';
export { kolmogorovSmirnov } from './tests/kolmogorov-smirnov-two-sample.ts';
export { cramerVonMises } from './tests/cramer-von-mises.ts';
export { andersonDarling } from './tests/anderson-darling.ts';
export { mannWhitney } from './tests/mann-whitney.ts';
export { welch } from './tests/welch.ts';
export { eppsSingleton } from './tests/epps-singleton.ts';
export { chiSquare } from './tests/chi-square.ts';
export { contingency } from './tests/contingency.ts';
export { fisherExact, fisherGreater } from './tests/fisher.ts';
export { proportions } from './tests/proportions.ts';
export { meanDiscrepancy } from './tests/mean-discrepancy.ts';
export { classifierTest } from './tests/classifier-test.ts';
export { benjaminiHochberg, benjaminiYekutieli } from './tests/false-discovery.ts';
export { wasserstein1, wasserstein1OnBins } from './distances/wasserstein.ts';
export { energyDistance } from './distances/energy.ts';
export { jensenShannon } from './distances/jensen-shannon.ts';
export { kullbackLeibler } from './distances/kullback-leibler.ts';
export { hellinger } from './distances/hellinger.ts';
export { totalVariation } from './distances/total-variation.ts';
export { populationStabilityIndex } from './distances/population-stability.ts';
export {
  type CountedWindow,
  type DriftRule,
  type Fault,
  type WindowComparison,
  type WindowReading,
  describeWindow,
  isWithoutReference,
  readWindow,
  suspects,
} from './rule.ts';
export { type EvidenceWindow, DeviceEvidence, type ProfileLaw, type StreamReading, profileLaw } from './fleet/device-evidence.ts';
export { discoveryThreshold } from './fleet/discoveries.ts';
export { neededEvidence } from './fleet/needed.ts';
export { type Cohort, type CohortCounts, type DeviceFacts, cohortOf } from './fleet/cohort.ts';
export { type CohortEvidence, type LocatedChanges, type WatchedDevice, evidenceOfDevices, locateChanges } from './fleet/cohort-evidence.ts';
export { type FaultSignature, classSignature, fault_signatures, featureSignature } from './fleet/fault-signature.ts';
export { packEvidence, unpackEvidence } from './fleet/packed.ts';
export { alarmBudget, alphaOfWindow } from './budget.ts';
export { type Description, type Detector, type DetectorKind, type DetectorState, type Firing, defineDetector } from './detectors/detector.ts';
export { type GivenParameters, type Parameter, choice, flag, readParameter, real, whole } from './detectors/parameters.ts';
export { detectorKind, detectors, openDetector, resumeDetector } from './detectors/registry.ts';
export { type DetectorPromise, detectorContract } from './detectors/contract.ts';
export type { ColumnKind, Effects, Picture, ReportColumn, SideSummary } from './report/column.ts';
export { type CategoryReference, currentWords, referenceWords } from './report/category-counts.ts';
export { CurrentNumbers, type NumericReference, ReferenceNumbers } from './report/numeric-side.ts';
export { type Draft, compareNumbers, compareWords, notComparable } from './report/compare.ts';
export { type DriftReport, type ReportFrame, type ReportTable, makeReport } from './report/drift-report.ts';
export type { ReportReliability } from './report/reliability.ts';
export { type ReportBook, bookHtml, html_bytes_max, reportHtml } from './report/html.ts';
export {
  beyondOf,
  countedInWords,
  counterInWords,
  faultInWords,
  missingShare,
  percent,
  ruleInWords,
  shareInWords,
  shortNumber,
  summaryOf,
  testInWords,
} from './report/words.ts';
export { ProfileEvidence } from './detectors/profile-evidence.ts';
export { draftsOfWindow } from './report/profile-columns.ts';
export { type DistanceMetric, distance_metrics } from './knn/distance.ts';
export { type Lesson, type Lessons, learnTruth } from './knn/lesson.ts';
export { Knn, type KnnSample, type Prediction, sampleOf } from './knn/knn.ts';
export { type KnnSettings, checkBetween, checkWhole, isLabel, knn_defaults, knn_limits, readFeatures, readKnnSettings } from './knn/settings.ts';
export { type Trial, headRight, newTrial } from './knn/trial.ts';
export type { MonitoredInference } from './monitors/inference.ts';
export type { Monitor, MonitorKind, MonitorReference, MonitorState } from './monitors/monitor.ts';
export { monitorKind, monitors } from './monitors/registry.ts';
export { type MonitorPlan, checkPlan, parsePlan, plan_limits } from './monitors/monitor-plan.ts';
export { type MonitorSaid, MonitorSet } from './monitors/monitor-set.ts';
