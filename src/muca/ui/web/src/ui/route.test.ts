// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from "vitest";
import { formatRoute, go, goBack, parseRoute, permalink, type Route, roomRoute, route, startRouting } from "./route";

let stop = () => {};
beforeEach(() => history.replaceState(null, "", "#/"));
afterEach(() => stop());

test.each<[string, Route]>([
	["", { is: "list" }],
	["#/", { is: "list" }],
	["#/room/lobby", roomRoute("lobby")],
	["#/room/r-1/12", roomRoute("r-1", { seq: 12 })],
	["#/room/r-1/pins", roomRoute("r-1", { panel: "pins" })],
	["#/room/r-1/12/pins", roomRoute("r-1", { seq: 12, panel: "pins" })],
	["#/room/to%3Amary%40lab%2C%E5%A4%A7", roomRoute("to:mary@lab,大")],
	["#/invite/k7Q-x", { is: "invite", code: "k7Q-x" }],
	["#/handover/tony/k7Q-x/Tony%2FT", { is: "handover", uid: "tony", code: "k7Q-x", nickname: "Tony/T" }],
])("%s is a place, there and back", (hash, place) => {
	expect(parseRoute(hash)).toEqual(place);
	expect(parseRoute(formatRoute(place))).toEqual(place);
});

test.each(["#/room/", "#/room", "#/nonsense/1", "#/room/%E0%A4%A", "#/invite/", "#/handover/tony/k7Q-x"])(
	"%s leads to the list",
	(hash) => {
		expect(parseRoute(hash)).toEqual({ is: "list" });
	},
);

test.each(["0", "-1", "1e9", "nonsense", "99999999999999999999"])("%s is no message of a room", (seq) => {
	expect(parseRoute(`#/room/lobby/${seq}`)).toEqual(roomRoute("lobby"));
});

test("a message has an address of its own", () => {
	expect(permalink("r-1", 7)).toBe(`${location.href.split("#")[0]}#/room/r-1/7`);
});

test("from the server's own machine it is an address that others reach", () => {
	expect(location.hostname).toBe("localhost");
	expect(permalink("r-1", 7, ["https://192.0.2.2:40453", "http://192.0.2.2:40452"])).toBe(
		"http://192.0.2.2:40452/#/room/r-1/7",
	);
});

test("the page follows its address", () => {
	history.replaceState(null, "", "#/room/r-1");
	stop = startRouting({ underlay: false });
	expect(route.value).toEqual(roomRoute("r-1"));
	history.replaceState(null, "", "#/room/r-2");
	dispatchEvent(new PopStateEvent("popstate"));
	expect(route.value).toEqual(roomRoute("r-2"));
});

test("a page opened at a room has the list beneath it", () => {
	history.replaceState(null, "", "#/room/r-1");
	const before = history.length;
	stop = startRouting({ underlay: true });
	expect(route.value).toEqual(roomRoute("r-1"));
	expect(history.length).toBe(before + 1);
});

test("without a place to go back to, back leads to the fallback", () => {
	stop = startRouting({ underlay: false });
	go(roomRoute("r-1"), { replace: true });
	goBack({ is: "list" });
	expect(route.value).toEqual({ is: "list" });
	expect(location.hash).toBe("#/");
});
