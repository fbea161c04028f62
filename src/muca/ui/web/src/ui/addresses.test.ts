import { expect, test } from "vitest";
import { addressesForOthers, isLoopback, warnsAt } from "./addresses";

const URLS = ["https://192.0.2.2:40453", "http://192.0.2.2:40452", "http://[2001:db8::2]:40452/"];

test("an address that is not the machine's own is passed on as it is", () => {
	expect(addressesForOthers("https://chat.example.org/muca/#/room/lobby", URLS, "http:")).toEqual([
		"https://chat.example.org/muca/",
	]);
});

test.each(["http://localhost:40452/", "http://127.0.0.1:40452/#/room/r-1", "https://[::1]:40453/"])(
	"from %s others are led to the server's addresses, those of the wanted scheme first",
	(here) => {
		expect(addressesForOthers(here, URLS, "https:")).toEqual([
			"https://192.0.2.2:40453/",
			"http://192.0.2.2:40452/",
			"http://[2001:db8::2]:40452/",
		]);
		expect(addressesForOthers(here, URLS, "http:")).toEqual([
			"http://192.0.2.2:40452/",
			"http://[2001:db8::2]:40452/",
			"https://192.0.2.2:40453/",
		]);
	},
);

test("there is none where the server has none", () => {
	expect(addressesForOthers("http://localhost:40452/", [], "http:")).toEqual([]);
});

test.each(["localhost", "muca.localhost", "127.0.0.1", "127.8.9.10", "[::1]", "LOCALHOST"])(
	"%s is the machine's own",
	(host) => {
		expect(isLoopback(host)).toBe(true);
	},
);

test.each(["192.0.2.2", "localhost.example.org", "127.example.org", "[2001:db8::1]", "mylocalhost"])(
	"%s is not",
	(host) => {
		expect(isLoopback(host)).toBe(false);
	},
);

const OWN = { PORT: 40453, FINGERPRINT: "sha256:00", OWN: true };

test.each([
	["https://192.0.2.2:40453/", OWN, true],
	["http://192.0.2.2:40452/", OWN, false],
	["https://chat.example.org/", OWN, false], // a proxy with a certificate of its own
	["https://chat.example.org:40453/", { ...OWN, OWN: false }, false],
	["https://chat.example.org/", undefined, false],
])("that browsers warn at %s with %j is %s", (address, tls, warns) => {
	expect(warnsAt(address, tls)).toBe(warns);
});
