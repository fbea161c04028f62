/** The whole page: the join screen, or the frame with screens above it. */

import { useChat } from "./chat";
import { ComingBack, comingBack } from "./comeback";
import { Frame } from "./frame";
import { Toasts } from "./parts/toast";
import { Screens } from "./screens";
import { Join } from "./screens/join";

export function App() {
	const chat = useChat();
	return (
		<>
			{chat.me.value !== null ? (
				<>
					<Frame />
					<Screens />
				</>
			) : comingBack.value ? (
				<ComingBack />
			) : (
				<Join />
			)}
			<Toasts />
		</>
	);
}
