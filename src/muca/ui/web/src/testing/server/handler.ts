/** How the simulated server answers requests. */

import type { LogEntry } from "../../wire/words";
import type { FakeSession, FakeState } from "./state";

export type Fields = { CMD: string } & Record<string, unknown>;

/** By command; each returns the DATA of the answer, or throws a FakeFailure. */
export type Handlers = Record<string, (server: FakeState, session: FakeSession, fields: Fields) => unknown>;

/** The answer to a request that has added an entry. */
export const place = ({ ROOM, SEQ, TS }: LogEntry) => ({ ROOM, SEQ, TS });
