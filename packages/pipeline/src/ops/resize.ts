// pipeline/ops: resize by bilinear interpolation with half-pixel centres, as OpenCV's INTER_LINEAR on a float32 image.
// Parameters: [width, height], the order of cv2.resize and PIL (torchvision takes height first). No antialiasing; values are not rounded.
// Formula: source = (target + 0.5) * size_in / size_out - 0.5, clamped to the image; the two nearest rows and columns, weighted.
// Complexity: O(width * height * channels). Source: OpenCV documentation, cv::resize, and its modules/imgproc/src/resize.cpp.
import type { Tensor } from '../types.ts';
import type { PreprocOp } from './op.ts';

interface Taps {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly weight: Float32Array;
}

export const resize: PreprocOp = {
  name: 'resize',
  does: 'Scales the image to width and height, bilinear with half-pixel centres.',
  params: {
    type: 'array',
    description: '[width, height], two whole numbers from 1 to 16384',
    items: { type: 'integer', minimum: 1, maximum: 16_384, description: 'a whole number from 1 to 16384' },
    minItems: 2,
    maxItems: 2,
  },
  needs: 'HWC',
  compile(params) {
    const [width, height] = params as [number, number];
    return (tensor) => resizeTo(tensor, width, height);
  },
};

function resizeTo(tensor: Tensor, width: number, height: number): Tensor {
  const [height_in, width_in, channels] = tensor.shape as [number, number, number];
  if (width_in === width && height_in === height) return tensor;
  const xs = taps(width_in, width);
  const ys = taps(height_in, height);
  const values = new Float32Array(width * height * channels);
  let at = 0;
  for (let y = 0; y < height; y++) {
    const top = ys.low[y]! * width_in;
    const bottom = ys.high[y]! * width_in;
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        const pick = (row: number, column: number) => tensor.values[(row + column) * channels + c]!;
        const above = mix(pick(top, xs.low[x]!), pick(top, xs.high[x]!), xs.weight[x]!);
        const below = mix(pick(bottom, xs.low[x]!), pick(bottom, xs.high[x]!), xs.weight[x]!);
        values[at++] = mix(above, below, ys.weight[y]!);
      }
    }
  }
  return { shape: [height, width, channels], values };
}

function mix(a: number, b: number, weight: number): number {
  return a + (b - a) * weight;
}

/** The two source indices of every target index, and the weight of the second. */
function taps(size_in: number, size_out: number): Taps {
  const low = new Int32Array(size_out);
  const high = new Int32Array(size_out);
  const weight = new Float32Array(size_out);
  for (let i = 0; i < size_out; i++) {
    const at = Math.min(size_in - 1, Math.max(0, ((i + 0.5) * size_in) / size_out - 0.5));
    low[i] = Math.floor(at);
    high[i] = Math.min(size_in - 1, low[i]! + 1);
    weight[i] = at - low[i]!;
  }
  return { low, high, weight };
}
