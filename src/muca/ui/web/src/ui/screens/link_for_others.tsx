/** A link to pass on, from an address that others reach; where there are several, of the one chosen. */

import { type ComponentChildren, Fragment } from "preact";
import { useState } from "preact/hooks";
import { text } from "../../text";
import { addressesForOthers, type Scheme } from "../addresses";
import { useChat } from "../chat";
import { Choice } from "../parts/field";
import { AlertIcon } from "../parts/icons";
import { linkTo, type Route } from "../route";
import { CopyField } from "./copy_field";
import { Notice } from "./notice";

interface LinkForOthersProps {
	label: string;
	to: Route;
	/** Which addresses come first. */
	first: Scheme;
	/** What else shows the link. */
	children?: (link: string) => ComponentChildren;
}

export function LinkForOthers({ label, to, first, children }: LinkForOthersProps) {
	const words = text.value.screens.all;
	const [chosen, setChosen] = useState<string | null>(null);
	const addresses = addressesForOthers(location.href, useChat().server.value?.URLS ?? [], first);
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
			<Fragment key={link}>{children?.(link)}</Fragment>
			<CopyField label={label} value={link} />
		</>
	);
}
