// pipeline/ops: colour to grey by the luma of ITU-R BT.601, as OpenCV's COLOR_RGB2GRAY on a float32 image: 0.299 R + 0.587 G + 0.114 B, not rounded.
// An image of one channel stays as it is.
import { misuse, type PreprocOp, shapeText } from './op.ts';

export const grayscale: PreprocOp = {
  name: 'grayscale',
  does: 'Turns RGB into one channel by the luma of ITU-R BT.601.',
  needs: 'HWC',
  compile() {
    return (tensor) => {
      const [height, width, channels] = tensor.shape as [number, number, number];
      if (channels === 1) return tensor;
      if (channels !== 3) throw misuse('grayscale', shapeText(tensor.shape), 'one or three channels');
      const values = new Float32Array(height * width);
      for (let i = 0; i < values.length; i++) values[i] = 0.299 * tensor.values[3 * i]! + 0.587 * tensor.values[3 * i + 1]! + 0.114 * tensor.values[3 * i + 2]!;
      return { shape: [height, width, 1], values };
    };
  },
};
