// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

/** The module as a page has it that is just being loaded. */
async function load({ secure = true, notification }: { secure?: boolean; notification?: unknown } = {}) {
	vi.stubGlobal("isSecureContext", secure);
	if (notification) vi.stubGlobal("Notification", notification);
	vi.resetModules();
	return await import("./wishes");
}

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

it("remembers what was wished", async () => {
	const first = await load();
	first.setLevel("all");
	first.setSound(true);
	first.setRoomLevel("lobby", "off");
	first.setRoomLevel("r-1", "all");
	first.setRoomLevel("r-1", null);
	const later = await load();
	expect(later.wishes.value).toEqual({ level: "all", sound: true, rooms: { lobby: "off" } });
});

describe("permission", () => {
	it("is not to be had over plain HTTP, or without notifications", async () => {
		expect((await load({ secure: false })).permission.value).toBe("insecure");
		expect((await load()).permission.value).toBe("absent");
	});

	it("is what the browser's person says when asked", async () => {
		const notification = { permission: "default", requestPermission: async () => (notification.permission = "denied") };
		const { permission, askPermission } = await load({ notification });
		expect(permission.value).toBe("default");
		await askPermission();
		expect(permission.value).toBe("denied");
	});
});
