/** Letters and digits for ids and tokens: 5 random bits each. Works without a secure context, unlike `crypto.randomUUID`. */

const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";

export const random = (chars: number): string =>
	Array.from(crypto.getRandomValues(new Uint8Array(chars)), (byte) => LETTERS[byte & 31]).join("");
