/** Whether fingers are the main way to point: then Enter makes a new line, and fields do not ask for the keyboard unasked. */
export const isTouch = (): boolean => matchMedia("(pointer: coarse)").matches;
