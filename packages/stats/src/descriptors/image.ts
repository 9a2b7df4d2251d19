// stats/descriptors: nine numbers that say what a camera gives, in grey levels 0 to 255: enough to see fog, a wrong gain, dirt, night, a lens that fell off.
// Grey is ITU-R BT.601 luma, rounded, for three channels. Complexity: one pass a number, O(pixels); only what is wanted is computed.
// Sharpness is the variance of the Laplacian (kernel 0 1 0 / 1 -4 1 / 0 1 0, borders reflected without the edge), as cv2.Laplacian(...).var().
// Noise is Immerkaer's estimate of its standard deviation (kernel 1 -2 1 / -2 4 -2 / 1 -2 1, inside alone); edges the share of pixels inside whose Sobel
// gradient is longer than 128. Entropy is in bits, over 256 levels. An image without pixels gives NaN everywhere, one without an inside for noise and edges.
// Sources: J. L. Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000 (variance of the Laplacian); J. Immerkaer, "Fast noise
// variance estimation", Computer Vision and Image Understanding 64(2), 1996.

export interface Image {
  readonly width: number;
  readonly height: number;
  /** 1 (gray) or 3 (RGB). */
  readonly channels: number;
  /** Rows, then columns, then channels. */
  readonly pixels: Uint8Array;
}

export interface ImageDescriptors {
  /** Mean grey level. */
  readonly brightness: number;
  /** Standard deviation of the grey levels (divisor n). */
  readonly contrast: number;
  readonly sharpness: number;
  /** Share of pixels below 16. */
  readonly dark: number;
  /** Share of pixels above 239. */
  readonly bright: number;
  readonly entropy: number;
  readonly noise: number;
  /** Mean of (largest - smallest) / largest of the channels, 0 to 1; 0 where there is one channel. */
  readonly saturation: number;
  readonly edges: number;
}

export const image_descriptors = ['brightness', 'contrast', 'sharpness', 'dark', 'bright', 'entropy', 'noise', 'saturation', 'edges'] as const;
export type ImageDescriptor = (typeof image_descriptors)[number];
const of_histogram: readonly ImageDescriptor[] = ['brightness', 'contrast', 'dark', 'bright', 'entropy'];
const edge_gradient = 128;

/** Kept between calls: arrays of this size lie outside of the heap, where a device that makes one an image piles them up between two collections. */
const histogram = new Uint32Array(256);
let grey_kept = new Uint8Array(0);

/** What is not wanted is NaN. */
export function imageDescriptors(image: Image, wanted: readonly ImageDescriptor[] = image_descriptors): ImageDescriptors {
  const { width, height } = image;
  const grey = greyOf(image);
  const wants = (...names: readonly ImageDescriptor[]) => names.some((name) => wanted.includes(name));
  const inside = wants('noise', 'edges') ? insideDescriptors(grey, width, height) : { noise: Number.NaN, edges: Number.NaN };
  const sharpness = wants('sharpness') ? laplacianVariance(grey, width, height) : Number.NaN;
  const saturation = wants('saturation') ? meanSaturation(image) : Number.NaN;
  return { ...(wants(...of_histogram) ? greyDescriptors(grey) : unwanted), sharpness, ...inside, saturation };
}

const unwanted = { brightness: Number.NaN, contrast: Number.NaN, dark: Number.NaN, bright: Number.NaN, entropy: Number.NaN };

function greyDescriptors(grey: Uint8Array): Pick<ImageDescriptors, keyof typeof unwanted> {
  histogram.fill(0);
  for (const level of grey) histogram[level]! += 1;
  return histogramDescriptors(histogram, grey.length);
}

function histogramDescriptors(histogram: Uint32Array, pixels: number): Pick<ImageDescriptors, keyof typeof unwanted> {
  let [sum, squares, dark, bright, entropy] = [0, 0, 0, 0, 0];
  histogram.forEach((count, level) => {
    sum += level * count;
    squares += level * level * count;
    if (level < 16) dark += count;
    if (level > 239) bright += count;
    if (count > 0) entropy -= (count / pixels) * Math.log2(count / pixels);
  });
  const brightness = sum / pixels;
  const contrast = Math.sqrt(Math.max(0, squares / pixels - brightness * brightness));
  return { brightness, contrast, dark: dark / pixels, bright: bright / pixels, entropy: pixels > 0 ? entropy : Number.NaN };
}

function greyOf(image: Image): Uint8Array {
  if (image.channels === 1) return image.pixels;
  const count = image.width * image.height;
  if (grey_kept.length < count) grey_kept = new Uint8Array(count);
  const grey = grey_kept.subarray(0, count);
  for (let i = 0; i < grey.length; i++) {
    const at = i * image.channels;
    grey[i] = Math.round(0.299 * image.pixels[at]! + 0.587 * image.pixels[at + 1]! + 0.114 * image.pixels[at + 2]!);
  }
  return grey;
}

function laplacianVariance(grey: Uint8Array, width: number, height: number): number {
  let [sum, squares] = [0, 0];
  for (let y = 0; y < height; y++) {
    const above = reflect(y - 1, height) * width;
    const below = reflect(y + 1, height) * width;
    for (let x = 0; x < width; x++) {
      const row = y * width;
      const sides = grey[row + reflect(x - 1, width)]! + grey[row + reflect(x + 1, width)]!;
      const value = grey[above + x]! + grey[below + x]! + sides - 4 * grey[row + x]!;
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / (width * height);
  return Math.max(0, squares / (width * height) - mean * mean);
}

/** The index inside of the image for one that is a step outside: -1 becomes 1, n becomes n - 2. */
function reflect(at: number, size: number): number {
  const inside = at < 0 ? -at : at >= size ? 2 * size - 2 - at : at;
  return size === 1 ? 0 : inside;
}

/** Noise and edges: one pass over the pixels that have eight neighbours. */
function insideDescriptors(grey: Uint8Array, width: number, height: number): { noise: number; edges: number } {
  const count = (width - 2) * (height - 2);
  if (width < 3 || height < 3) return { noise: Number.NaN, edges: Number.NaN };
  let [rough, edges] = [0, 0];
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const [nw, n, ne] = [grey[at - width - 1]!, grey[at - width]!, grey[at - width + 1]!];
      const [w, e] = [grey[at - 1]!, grey[at + 1]!];
      const [sw, s, se] = [grey[at + width - 1]!, grey[at + width]!, grey[at + width + 1]!];
      rough += Math.abs(nw - 2 * n + ne - 2 * w + 4 * grey[at]! - 2 * e + sw - 2 * s + se);
      const across = ne + 2 * e + se - nw - 2 * w - sw;
      const down = sw + 2 * s + se - nw - 2 * n - ne;
      if (across * across + down * down > edge_gradient * edge_gradient) edges++;
    }
  return { noise: (Math.sqrt(Math.PI / 2) * rough) / (6 * count), edges: edges / count };
}

function meanSaturation({ width, height, channels, pixels }: Image): number {
  const count = width * height;
  if (count === 0) return Number.NaN;
  if (channels === 1) return 0;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const [red, green, blue] = [pixels[i * channels]!, pixels[i * channels + 1]!, pixels[i * channels + 2]!];
    const most = Math.max(red, green, blue);
    if (most > 0) sum += (most - Math.min(red, green, blue)) / most;
  }
  return sum / count;
}
