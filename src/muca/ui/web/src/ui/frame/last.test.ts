import { describe, expect, it } from "vitest";
import { conversation } from "../../text/en/conversation";
import { inOneLine, lastWords } from "./last";

const said = (more: object) => lastWords({ SEQ: 1, TS: 1, FROM: "mary", ...more }, conversation.last);

describe("a message in one line", () => {
	it("has its text without the marks", () => {
		expect(said({ MSG: "**See** `you` at [the lab](https://x.example)" })).toMatch(/^See you at the lab/);
		expect(said({ MSG: "> quoted\n\nanswer" })).toMatch(/^quoted\s+answer$/);
		expect(said({ MSG: "C:\\Users\\_anna\\*.txt" })).toBe("C:\\Users\\_anna\\*.txt");
	});

	it("says what its files are where it has no text", () => {
		expect(said({ FILES: 1, NAME: "cat.jpg", TYPE: "image/jpeg" })).toBe("Image");
		expect(said({ FILES: 1, NAME: "تقرير.pdf", TYPE: "application/pdf" })).toBe("تقرير.pdf");
		expect(said({ FILES: 3, NAME: "cat.jpg", TYPE: "image/jpeg" })).toBe("3 files");
	});

	it("is nothing of a draft without a text", () => {
		expect(inOneLine(" \n ")).toBe("");
	});
});
