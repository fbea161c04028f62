/** Whether a text consists of a few emoji, which are then shown large. */
export const isEmojiOnly = (source: string): boolean =>
	/^(?:(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2})(?:\u{FE0F}|\u{200D}|\p{Emoji_Modifier})*\s*){1,6}$/u.test(
		source,
	);
