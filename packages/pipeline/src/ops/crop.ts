// pipeline/ops: a rectangle out of the image. x and y are its left and top pixel, from 0; it must lie inside: nothing is padded.
import { misuse, type PreprocOp } from './op.ts';

interface CropParams {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const offset = { type: 'integer', minimum: 0, maximum: 16_384, description: 'a whole number from 0 to 16384' } as const;
const extent = { type: 'integer', minimum: 1, maximum: 16_384, description: 'a whole number from 1 to 16384' } as const;

export const crop: PreprocOp = {
  name: 'crop',
  does: 'Cuts out the rectangle of width and height whose left top pixel is x, y.',
  params: {
    type: 'object',
    description: '{"x": ..., "y": ..., "width": ..., "height": ...} in pixels',
    properties: { x: offset, y: offset, width: extent, height: extent },
    required: ['x', 'y', 'width', 'height'],
    additionalProperties: false,
  },
  needs: 'HWC',
  compile(params) {
    const { x, y, width, height } = params as unknown as CropParams;
    return (tensor) => {
      const [height_in, width_in, channels] = tensor.shape as [number, number, number];
      if (x + width > width_in || y + height > height_in) {
        throw misuse('crop', `an image of ${width_in} x ${height_in}`, `at least ${x + width} x ${y + height}`);
      }
      const values = new Float32Array(width * height * channels);
      for (let row = 0; row < height; row++) {
        const from = ((y + row) * width_in + x) * channels;
        values.set(tensor.values.subarray(from, from + width * channels), row * width * channels);
      }
      return { shape: [height, width, channels], values };
    };
  },
};
