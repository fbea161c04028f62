// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { chooseTheme, showTheme, theme } from "./theme";

const metas = ["light", "dark"].map((scheme) => {
	const meta = document.head.appendChild(document.createElement("meta"));
	meta.name = "theme-color";
	meta.media = `(prefers-color-scheme: ${scheme})`;
	return meta;
});
const colors = () => metas.map(({ content }) => content);

afterEach(() => chooseTheme("system"));

it("is the system's until another is chosen", () => {
	showTheme();
	expect(theme.value).toBe("system");
	expect(document.documentElement.dataset.theme).toBeUndefined();
	expect(new Set(colors()).size).toBe(2);
});

it("is the chosen one everywhere, and remembered", () => {
	chooseTheme("dark");
	expect(document.documentElement.dataset.theme).toBe("dark");
	expect(new Set(colors()).size).toBe(1);
	expect(localStorage.getItem("muca.theme")).toBe("dark");
	chooseTheme("system");
	expect(localStorage.getItem("muca.theme")).toBeNull();
});
