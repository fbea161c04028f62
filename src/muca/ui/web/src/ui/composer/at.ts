/** Where a name after `@` can begin and end: the server's rule (docs/PROTOCOL.md, Mentions), as far as the message box needs it. */

/** Including the wide forms of East Asian keyboards. */
export const AT = "@＠﹫";

/** Scripts without spaces around names. */
const UNSPACED = ["Han", "Hira", "Kana", "Bopo", "Hang", "Yiii", "Thai", "Laoo", "Tibt", "Mymr", "Khmr"]
	.map((script) => `\\p{Script=${script}}`)
	.join("");
const WORD = "\\p{L}\\p{N}\\p{M}";

/** For a pattern: no letter before it, except of such a script. */
export const BEFORE = `(?<!(?![${UNSPACED}])[${WORD}])`;

const UNSPACED_END = new RegExp(`[${UNSPACED}]$`, "u");
const GOES_ON = new RegExp(`^(?:(?![${UNSPACED}])[${WORD}]|(?:[\\p{Pd}.+/${AT}]|_+)[${WORD}])`, "u");

/** Whether the word continues after a name: `@Mary` is not in `@Maryland` or `@Mary-Ann`. */
export function goesOn(name: string, rest: string): boolean {
	return GOES_ON.test(rest) && !(UNSPACED_END.test(name) && /^[\p{L}\p{N}\p{M}]/u.test(rest));
}
