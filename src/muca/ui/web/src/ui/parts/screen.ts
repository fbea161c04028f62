/** The kind of screen; the widths are those of style/narrow.css. */

/** The panel covers the conversation. */
export const isNarrow = (): boolean => matchMedia("(width <= 1000px)").matches;

/** The list, the room and the panel are shown one at a time. */
export const isPhone = (): boolean => matchMedia("(width <= 640px)").matches;

/** A touch device: Enter makes a new line, and fields are not focused automatically, which would open the keyboard. */
export const isTouch = (): boolean => matchMedia("(pointer: coarse)").matches;
