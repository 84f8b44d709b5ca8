const VALUE_STEPS = [1, 2, 5, 10];
const MOST_VALUE_STEPS = 4;

/** 0 and a few round numbers, equally far from each other; the last of them is above everything. */
export function valueTicks(most: number, fractional: boolean): number[] {
  const magnitude = 10 ** Math.floor(Math.log10((fractional && most > 0 ? most : Math.max(most, 1)) / MOST_VALUE_STEPS));
  const step = Math.max(fractional ? 0 : 1, (VALUE_STEPS.find((one) => most <= one * magnitude * MOST_VALUE_STEPS) ?? 10) * magnitude);
  return Array.from({ length: Math.max(1, Math.ceil(most / step)) + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** How many points there may be from one label to the next: what people count days, hours and months by. */
const POINT_STEPS = [1, 2, 3, 4, 6, 7, 12, 14, 24, 28, 48, 56, 84, 168];

/** Which of the points have a label: the first, and from there on each as far from the one before, as many as there is room for. */
export function pointTicks<Point>(points: readonly Point[], { widthPixels, labelPixels, edgePixels }: { widthPixels: number; labelPixels: number; edgePixels: number }): Point[] {
  const room = Math.max(1, Math.floor(widthPixels / labelPixels));
  const step = POINT_STEPS.find((one) => Math.ceil(points.length / one) <= room) ?? Math.ceil(points.length / room);
  const pitch = widthPixels / points.length;
  // A label stands below the middle of its point, and must not be cut off by the drawing's end.
  const fits = (index: number) => step === 1 || widthPixels - (index + 0.5) * pitch >= labelPixels / 2 - edgePixels;
  return points.filter((_, index) => index % step === 0 && fits(index));
}
