/** A large dialog with tabs at its side (on phones: at the top). */

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Dialog } from "../parts/dialog";
import type { Icon } from "../parts/icons";
import { closeScreen } from "./screen";
import "./lists.css";
import "./paged.css";

export interface PagedPart<Name extends string> {
	name: Name;
	title: string;
	icon: Icon;
	badge?: ComponentChildren;
	shows: () => ComponentChildren;
}

interface PagedProps<Name extends string> {
	title: string;
	/** The label of the list of tabs. */
	label: string;
	parts: readonly PagedPart<Name>[];
	first: Name | undefined;
}

export function Paged<Name extends string>({ title, label, parts, first }: PagedProps<Name>) {
	const id = useId();
	const [name, setName] = useState(first);
	const tabs = useRef<HTMLDivElement>(null);
	const part = parts.find((each) => each.name === name) ?? parts[0];
	// biome-ignore lint/correctness/useExhaustiveDependencies: the chosen tab is in view also after it has changed
	useLayoutEffect(() => {
		tabs.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "center" });
	}, [part?.name]);
	if (!part) return null;

	const press = (event: KeyboardEvent) => {
		const at = parts.indexOf(part);
		const steps: Record<string, number> = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1 };
		const to = event.key === "Home" ? 0 : event.key === "End" ? -1 : steps[event.key];
		if (to === undefined) return;
		event.preventDefault();
		const next = parts.at(to % parts.length);
		if (!next) return;
		setName(next.name);
		document.getElementById(`${id}-${next.name}`)?.focus();
	};

	const several = parts.length > 1;
	const labelled = several && ({ role: "tabpanel", tabIndex: 0, "aria-labelledby": `${id}-${part.name}` } as const);
	return (
		<Dialog title={title} onClose={closeScreen} wide={several} {...(several && { class: "paged" })}>
			{several && (
				<div class="tabs" role="tablist" aria-label={label} onKeyDown={press} ref={tabs}>
					{parts.map(({ name: each, title: shown, icon: Drawing, badge }) => (
						<button
							key={each}
							type="button"
							autofocus={each === part.name}
							role="tab"
							id={`${id}-${each}`}
							aria-selected={each === part.name}
							aria-controls={`${id}-panel`}
							tabIndex={each === part.name ? 0 : -1}
							onClick={() => setName(each)}
						>
							<Drawing />
							<span>{shown}</span>
							{badge}
						</button>
					))}
				</div>
			)}
			<div class="stack tab-panel" key={part.name} id={`${id}-panel`} {...labelled}>
				{part.shows()}
			</div>
		</Dialog>
	);
}
