/** The end of a mute or ban, as text for the user; null: until it is lifted. */

import { dateAndTime } from "../../text";

/** Ten years are the longest that can be asked for: what lies beyond holds until it is lifted. */
const LONGEST_MS = 11 * 365 * 86_400_000;

export const until = (ms: number): string | null => (ms - Date.now() > LONGEST_MS ? null : dateAndTime(ms));
