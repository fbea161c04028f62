import { expect, test } from "vitest";
import { cutAtMentions, isEmojiOnly, type Node, parseMarkdown, plainText } from "./markdown";

/** `strong(x)`: short for the tree. */
const shape = (nodes: readonly Node[]): string =>
	nodes
		.map((node) => {
			if ("children" in node) return `${node.is}${node.href && `[${node.href}]`}(${shape(node.children)})`;
			return node.is === "text" ? node.text : `${node.is}${node.language && `:${node.language}`}{${node.text}}`;
		})
		.join("");

test.each([
	["plain", "p(plain)"],
	["two\nlines", "p(twobreak{}lines)"],
	["**bold** *it* ~~no~~ `code`", "p(strong(bold) em(it) s(no) code{code})"],
	["```py\na = 1\n```\nafter", "block:py{a = 1}p(after)"],
	["> said\n\nanswer", "blockquote(p(said))p(answer)"],
	["- one\n- two", "ul(li(one)li(two))"],
	["https://example.org/a_b_c", "p(a[https://example.org/a_b_c](https://example.org/a_b_c))"],
	["[here](https://example.org)", "p(a[https://example.org](here))"],
	["snake_case_name and 2*3*4", "p(snake_case_name and 2em(3)4)"],
])("%j", (source, tree) => {
	expect(shape(parseMarkdown(source))).toBe(tree);
});

test.each([
	"<img src=x onerror=alert(1)>",
	"<script>alert(1)</script>",
	"![picture](https://example.org/x.png)",
	"[x](javascript:alert(1))",
	"[x](data:text/html,hi)",
	"# no heading",
	"foo.py mary@hku.hk www.example.org",
	"&lt;b&gt;",
])("%s is shown as written", (source) => {
	const found = shape(parseMarkdown(source));
	expect(found.replace("!a[https://example.org/x.png](picture)", source)).toBe(`p(${source})`);
});

test("a quote of a text has no marks", () => {
	expect(plainText("**Rules**: *be* friendly\n- one\n- two")).toBe("Rules: be friendly one two");
	expect(plainText("**Refill** is booked\n\n- for `Tuesday`")).toBe("Refill is booked for Tuesday");
});

test.each([
	["👍", true],
	["👩‍🚀 🇩🇪 👍🏽", true],
	["👍 yes", false],
	["12", false],
	["", false],
])("%j: only emoji: %s", (source, only) => {
	expect(isEmojiOnly(source)).toBe(only);
});

test("names are found with their @, the longest first, and not within words", () => {
	expect(cutAtMentions("@Mary Ann, @mary; mail@mary @Maryland", ["Mary", "Mary Ann"])).toEqual([
		"",
		"@Mary Ann",
		", ",
		"@mary",
		"; mail@mary @Maryland",
	]);
	expect(cutAtMentions("@a.b*c!", ["a.b*c"])).toEqual(["", "@a.b*c", "!"]);
	expect(cutAtMentions("nobody", [])).toEqual(["nobody"]);
});
