export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A member's place in the picture: centre and size in pixels. */
export interface Box extends Point {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A box with a name and a second line. */
export const ROOMY: Size = { width: 192, height: 46 };
/** A box of one line, for long columns. */
export const FLAT: Size = { width: 216, height: 24 };
/** A box of one short line, for crowded circles. */
export const SMALL: Size = { width: 124, height: 26 };

/** Whether two boxes come nearer to each other than `gap` in both directions. */
export function collide(a: Omit<Box, 'id'>, b: Omit<Box, 'id'>, gap: Size = { width: 0, height: 0 }): boolean {
  return Math.abs(a.x - b.x) < (a.width + b.width) / 2 + gap.width && Math.abs(a.y - b.y) < (a.height + b.height) / 2 + gap.height;
}

/** Whether a point lies in a box that is `margin` pixels larger on every side. */
export function contains(box: Omit<Box, 'id'>, { x, y }: Point, margin = 0): boolean {
  return Math.abs(x - box.x) < box.width / 2 + margin && Math.abs(y - box.y) < box.height / 2 + margin;
}

/** Whether any two of `boxes`, or one of them and one of `others`, come too near. */
export function anyCollide(boxes: readonly Box[], others: readonly Box[], gap: Size): boolean {
  return boxes.some((box, at) => boxes.slice(at + 1).some((other) => collide(box, other, gap)) || others.some((other) => collide(box, other, gap)));
}
