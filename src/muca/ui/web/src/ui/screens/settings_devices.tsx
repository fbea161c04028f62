import { useState } from "preact/hooks";
import { ago, briefly, text } from "../../text";
import type { Device } from "../../wire/words";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { DeviceIcon } from "../parts/icons";
import { Spinner } from "../parts/spinner";
import { toast } from "../parts/toast";
import { useAnswer } from "./asking";
import { Confirm } from "./confirm";
import { Trouble } from "./trouble";

/** The devices that are signed in. */
export function Devices() {
	const chat = useChat();
	const words = text.value.screens.settings;
	const { value, trouble, again } = useAnswer(() => chat.ask("DEVICES"), []);
	const [leaving, setLeaving] = useState<Device | null>(null);
	if (trouble !== null) return <Trouble words={trouble} onAgain={again} />;
	if (!value) return <Spinner label={text.value.screens.all.loading} />;
	const nameOf = ({ NAME, DEVICE }: Device) => NAME || words.device(DEVICE);
	return (
		<>
			<ul class="rows" aria-label={words.devices}>
				{value.DEVICES.map((device) => (
					<li key={device.DEVICE}>
						<span class="sign" data-reach="ROOM" aria-hidden="true">
							<DeviceIcon />
						</span>
						<span class="who">
							<b>
								<bdi>{nameOf(device)}</bdi>
							</b>
							<small>
								{words.deviceUsed(ago(device.USED))} · {words.deviceSince(briefly(device.CREATED))}
							</small>
						</span>
						{device.CURRENT ? (
							<span class="tag" data-reach="GROUP">
								{words.deviceThis}
							</span>
						) : (
							<Button aria-label={words.signOutName(nameOf(device))} onClick={() => setLeaving(device)}>
								{words.signOut}
							</Button>
						)}
					</li>
				))}
			</ul>
			{leaving && (
				<Confirm
					title={words.signOutTitle(nameOf(leaving))}
					action={words.signOut}
					onClose={() => setLeaving(null)}
					onConfirm={async () => {
						await chat.ask("REVOKE", { DEVICE: leaving.DEVICE });
						toast(words.signedOut(nameOf(leaving)));
						again();
					}}
				>
					<p>{words.signOutText}</p>
				</Confirm>
			)}
		</>
	);
}
