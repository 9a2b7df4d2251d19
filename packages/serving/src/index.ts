// serving: models in onnxruntime, between the ops of their pipeline: run, evaluate, profile.
export { type Model, model_limits, openModel } from './model.ts';
export { type Classified, type Classify, makeClassifier } from './classify.ts';
export { type ClassScore, type Evaluation, type EvaluationOptions, evaluateModel } from './evaluate.ts';
export { type ModelProfileOptions, profileModel } from './profile.ts';
export { type MoreOfProfile, type TableProfileOptions, profileTable } from './profile-table.ts';
