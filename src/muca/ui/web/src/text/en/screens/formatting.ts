/** The help on formatting: each example is shown as it is typed and as it looks. */
export const formatting = {
	title: "Formatting",
	intro: "Use these marks to format your text. Everything else is shown exactly as you type it.",
	typed: "You type",
	shown: "Others see",
	examples: [
		"**bold**, *italic*, ~~strikethrough~~",
		"`code` in a line",
		'```py\nprint("code")\n```',
		"> a quote\nand your reply",
		"- one\n- two\n  - deeper",
		"1. first\n2. second",
		"- [ ] to do\n- [x] done",
		"# A heading",
		"| Item | Price |\n|------|------:|\n| Tea | 2.50 |",
		"[words](https://example.org)",
		"$a^2 + b^2 = c^2$",
	],
	plain: "To show the marks themselves, type a backslash before each one:",
	plainExample: "\\*not italic\\*",
};
