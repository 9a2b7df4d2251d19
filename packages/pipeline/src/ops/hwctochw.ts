// pipeline/ops: from height, width, channels (cameras, OpenCV) to channels, height, width (ONNX, PyTorch). Formula: out[c][y][x] = in[y][x][c].
import type { PreprocOp } from './op.ts';

export const hwctochw: PreprocOp = {
  name: 'hwctochw',
  does: 'Moves the channels to the front: [height, width, channels] becomes [channels, height, width].',
  needs: 'HWC',
  leaves: 'CHW',
  compile() {
    return ({ shape, values }) => {
      const [height, width, channels] = shape as [number, number, number];
      if (channels === 1) return { shape: [1, height, width], values };
      const area = height * width;
      const out = new Float32Array(values.length);
      for (let i = 0; i < area; i++) for (let c = 0; c < channels; c++) out[c * area + i] = values[i * channels + c]!;
      return { shape: [channels, height, width], values: out };
    };
  },
};
