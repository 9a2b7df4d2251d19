import { describe, expect, it } from 'vitest';
import { parsePipeline } from './parse.ts';
import { pipelineSchema } from './schema.ts';

// The example of the task specification, letter by letter: it has a comma before a closing brace.
const example = `{
    "dataset":{
        "name": "...",
        "path":{
            "train": "...",
            "test": "..."
        }
    },
    "model":{
        "name": "...",
        "hyperparams": {
            "lr": 1e-3,
            "batch_size": 32,
            "epochs": 20
        },
    },
    "preproc": {
        "pipeline": ["resize", "hwctochw", "scale"],
        "params": {
            "resize": [244, 244],
            "scale": [-1, 1]
        }
    },
    "postproc": {
        "pipeline": ["nms"],
        "params": {
            "nms": {
                "IoU_thr": 0.8,
                "conf_thr": 0.6
            }
        }
    }
}
`;

function complaint(text: string): string {
  try {
    parsePipeline(text);
  } catch (error) {
    expect(error).toMatchObject({ code: 'HF-PIPE-001' });
    return (error as Error).message;
  }
  return 'no complaint';
}

describe('the pipeline document', () => {
  it('of the task specification is accepted as it stands', () => {
    expect(parsePipeline(example)).toEqual({
      dataset: { name: '...', path: { train: '...', test: '...' } },
      model: { name: '...', hyperparams: { lr: 0.001, batch_size: 32, epochs: 20 } },
      preproc: { pipeline: ['resize', 'hwctochw', 'scale'], params: { resize: [244, 244], scale: [-1, 1] } },
      postproc: { pipeline: ['nms'], params: { nms: { IoU_thr: 0.8, conf_thr: 0.6 } } },
    });
  });

  it.each([
    [
      '"resize", "hwctochw"',
      '"resise", "hwctochw"',
      'Line 18: preproc.pipeline[0]: saw the string "resise", expected one of resize, crop, grayscale, hwctochw, scale, normalize (did you mean "resize"?).',
    ],
    ['[244, 244]', '[244, -1]', 'Line 20: preproc.params.resize[1]: saw the number -1, expected a whole number from 1 to 16384.'],
    ['[244, 244]', '[244]', 'Line 20: preproc.params.resize: saw a list of 1, expected [width, height], two whole numbers from 1 to 16384.'],
    ['[-1, 1]', '[1, -1]', 'Line 21: preproc.params.scale: saw [1,-1], expected lo below hi.'],
    [
      '"resize", "hwctochw", "scale"',
      '"hwctochw", "scale"',
      'Line 20: preproc.params.resize: saw parameters, expected none: preproc.pipeline does not use resize.',
    ],
    ['"scale": [-1, 1]', '', 'Line 18: preproc: saw no params.scale, expected [lo, hi], two numbers, lo below hi.'],
    ['"IoU_thr"', '"iou_thr"', 'Line 27: postproc.params.nms: saw no "IoU_thr", expected a number from 0 to 1.'],
    ['0.8', '"0.8"', 'Line 28: postproc.params.nms.IoU_thr: saw the string "0.8", expected a number from 0 to 1.'],
    [
      '"postproc"',
      '"postprocess"',
      'Line 1: the document: saw no "postproc", expected {"pipeline": [...], "params": {...}}, the postproc ops and their parameters.',
    ],
    ['"lr": 1e-3', '"lr": 1e999', 'Line 12: saw the number 1e999, expected one that fits a double.'],
  ])('with %s written as %s is answered precisely', (right, wrong, expected) => {
    expect(complaint(example.replace(right, wrong))).toBe(expected);
  });

  it('says which keys exist where one is not known', () => {
    expect(complaint(example.replace('"hyperparams"', '"hyperparam"'))).toMatch(/Line 11: model: .*did you mean "hyperparams"/);
    expect(complaint('[]')).toBe('Line 1: the document: saw a list of 0, expected an object with dataset, model, preproc and postproc.');
  });

  it('has a schema that is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(pipelineSchema))).toEqual(pipelineSchema);
    expect(pipelineSchema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
  });
});
