/** A link to share, with its QR code, at an address that others can reach; if there are several, the user chooses one. */

import { useState } from "preact/hooks";
import { text } from "../../text";
import { addressesForOthers, type Scheme, warnsAt } from "../addresses";
import { useChat } from "../chat";
import { Choice } from "../parts/field";
import { AlertIcon } from "../parts/icons";
import { linkTo, type Route } from "../route";
import { CopyField } from "./copy_field";
import { Notice } from "./notice";
import { QrCode } from "./qr_code";

interface LinkForOthersProps {
	label: string;
	to: Route;
	/** Which addresses come first. */
	first: Scheme;
}

export function LinkForOthers({ label, to, first }: LinkForOthersProps) {
	const words = text.value.screens.all;
	const [chosen, setChosen] = useState<string | null>(null);
	const server = useChat().server.value;
	const addresses = addressesForOthers(location.href, server?.URLS ?? [], first);
	const address = addresses.find((each) => each === chosen) ?? addresses[0];
	if (address === undefined) {
		return (
			<>
				<Notice icon={AlertIcon} title={words.noAddress} look="warn">
					<p>{words.noAddressText}</p>
				</Notice>
				<CopyField label={label} value={linkTo(to, location.href)} />
			</>
		);
	}
	const link = linkTo(to, address);
	return (
		<>
			{addresses.length > 1 && (
				<Choice
					label={words.address}
					hint={words.addressHint}
					value={address}
					options={addresses.map((each) => [each, each] as const)}
					onChange={(event) => setChosen(event.currentTarget.value)}
				/>
			)}
			{warnsAt(address, server?.TLS) && <p class="muted">{words.certificate}</p>}
			<QrCode key={link} value={link} label={words.qr} />
			<CopyField label={label} value={link} />
		</>
	);
}
