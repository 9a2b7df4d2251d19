// stats: six numbers that say what a camera gives, in grey levels 0 to 255: enough to see fog, a wrong gain, dirt, night.
// Grey is ITU-R BT.601 luma, rounded, for three channels. Complexity: one pass a number, O(pixels).
// Sharpness is the variance of the Laplacian (kernel 0 1 0 / 1 -4 1 / 0 1 0, borders reflected without the edge), as cv2.Laplacian(...).var().
// Entropy is in bits, over 256 levels. An image without pixels gives NaN everywhere.
// Source: J. L. Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000 (variance of the Laplacian).

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
}

/** Kept between calls: arrays of this size lie outside of the heap, where a device that makes one an image piles them up between two collections. */
const histogram = new Uint32Array(256);
let grey_kept = new Uint8Array(0);

export function imageDescriptors(image: Image): ImageDescriptors {
  const grey = greyOf(image);
  histogram.fill(0);
  for (const level of grey) histogram[level]! += 1;
  return { ...histogramDescriptors(histogram, grey.length), sharpness: laplacianVariance(grey, image.width, image.height) };
}

function histogramDescriptors(histogram: Uint32Array, pixels: number): Omit<ImageDescriptors, 'sharpness'> {
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
