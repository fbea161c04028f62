/** The help on formatting: each example is shown as it is typed and as it looks. */
export const formatting = {
	title: "Formatting",
	intro: "Type these marks around your words. Anything else is shown exactly as you type it.",
	typed: "You type",
	shown: "Others see",
	examples: [
		"**bold**, *italic*, ~~struck out~~",
		"`code` in a line",
		'```py\nprint("code")\n```',
		"> a quote\nand your answer",
		"- one\n- two\n  - deeper",
		"1. first\n2. second",
		"- [ ] to do\n- [x] done",
		"# A heading",
		"| Item | Price |\n|------|------:|\n| Tea | 2.50 |",
		"[words](https://example.org)",
		"$a^2 + b^2 = c^2$",
	],
	plain: "To show a mark itself, type a backslash before both of its ends:",
	plainExample: "\\*not italic\\*",
};
