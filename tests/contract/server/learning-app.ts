// contract/server: an app whose head learns from labels: it looks at one vector that lies between its two classes. Use: learning-app FOLDER
import { openHead, openLog } from '@holdfast/agent/sdk';

const classes = ['low', 'high', 'other'];
const head = openHead({ folder: process.argv[2]!, classes, k: 3, weight_by_distance: true, quarantine: { confidence_threshold: 0.9 } });
if (head.samples === 0) for (const at of [0, 0.1, 0.2]) [0, 1].forEach((label) => head.learn([label === 0 ? at : 1 - at, 0], label));
const log = openLog({ inputs: ['x', 'y'], outputs: classes });

let said = -1;
setInterval(() => {
  const { learned } = head.takeLabels();
  if (learned > 0) console.log(`learned ${learned}`);
  const features = [0.5, 0];
  const { label, probabilities, reference } = head.classify(features);
  log.inference({ inputs: features, outputs: probabilities, predicted: label, reference });
  if (label !== said) console.log(`says ${classes[label]}`);
  said = label;
}, 20);
