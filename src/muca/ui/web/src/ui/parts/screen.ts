/** What the page is looked at with; the widths are those of style/narrow.css. */

/** The panel lies over the conversation. */
export const isNarrow = (): boolean => matchMedia("(width <= 1000px)").matches;

/** Lists, rooms and panels are seen one at a time. */
export const isPhone = (): boolean => matchMedia("(width <= 640px)").matches;

/** Fingers are the main way to point: then Enter makes a new line, and fields do not ask for the keyboard unasked. */
export const isTouch = (): boolean => matchMedia("(pointer: coarse)").matches;
