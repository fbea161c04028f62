/** Large images: arrow keys switch images, + and − and the wheel zoom, Esc closes. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { bytes, text } from "../../text";
import type { FileInfo } from "../../wire/words";
import { useChat } from "../chat";
import { useLayer } from "../layers";
import { IconButton, words as names } from "../parts/button";
import { AddIcon, BackIcon, ChevronRightIcon, CloseIcon, DownloadIcon, MinusIcon } from "../parts/icons";

interface LightboxProps {
	images: readonly FileInfo[];
	first: FileInfo;
	onClose: () => void;
}

const ZOOMS = [1, 1.5, 2, 3, 4, 6, 8];
/** Movement of the wheel or touchpad for one step. */
const WHEEL_STEP = 60;

export function Lightbox({ images, first, onClose }: LightboxProps) {
	const chat = useChat();
	const words = text.value.conversation.lightbox;
	const dialog = useRef<HTMLDialogElement>(null);
	const stage = useRef<HTMLDivElement>(null);
	const turned = useRef(0);
	const [at, setAt] = useState(Math.max(0, images.indexOf(first)));
	const [zoom, setZoom] = useState(0);
	const file = images[at] ?? first;
	useLayer(onClose);

	useLayoutEffect(() => {
		dialog.current?.showModal();
		return () => dialog.current?.close();
	}, []);

	const zoomBy = (steps: number) => setZoom((now) => Math.max(0, Math.min(now + steps, ZOOMS.length - 1)));
	const step = (steps: number) => {
		setAt((at + steps + images.length) % images.length);
		setZoom(0);
	};

	const pressed = (event: KeyboardEvent) => {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		if (event.key === "+" || event.key === "=") zoomBy(1);
		else if (event.key === "-") zoomBy(-1);
		else if (event.key === "0") setZoom(0);
		else if (event.key === "ArrowRight") step(1);
		else if (event.key === "ArrowLeft") step(-1);
		else return;
		event.preventDefault();
	};

	return (
		<dialog
			ref={dialog}
			class="lightbox"
			aria-label={words.title(file.NAME)}
			onCancel={(event) => {
				event.preventDefault();
				onClose();
			}}
			onKeyDown={pressed}
		>
			<header>
				<span class="lightbox-name">
					<b class="ellipsis" dir="auto">
						{file.NAME}
					</b>
					<small>
						{bytes(file.BYTES)}
						{images.length > 1 && ` · ${words.position(at + 1, images.length)}`}
					</small>
				</span>
				<IconButton icon={MinusIcon} label={words.zoomOut} disabled={zoom === 0} onClick={() => zoomBy(-1)} />
				<IconButton
					icon={AddIcon}
					label={words.zoomIn}
					disabled={zoom === ZOOMS.length - 1}
					onClick={() => zoomBy(1)}
				/>
				<a
					class="icon-button"
					href={chat.fileUrl(file)}
					download={file.NAME}
					title={words.download}
					aria-label={words.download}
				>
					<DownloadIcon />
				</a>
				<IconButton icon={CloseIcon} label={text.value.conversation.close} onClick={onClose} />
			</header>
			{/* biome-ignore lint/a11y/noStaticElementInteractions: the keys are Esc and those above */}
			{/* biome-ignore lint/a11y/useKeyWithClickEvents: the same */}
			<div
				ref={stage}
				class="lightbox-stage"
				onClick={(event) => event.target === stage.current && onClose()}
				onWheel={(event) => {
					event.preventDefault();
					turned.current += event.deltaY;
					if (Math.abs(turned.current) < WHEEL_STEP) return;
					zoomBy(turned.current < 0 ? 1 : -1);
					turned.current = 0;
				}}
			>
				<Picture key={file.FILE} file={file} zoom={ZOOMS[zoom] ?? 1} onZoom={() => setZoom(zoom === 0 ? 2 : 0)} />
			</div>
			{images.length > 1 && (
				<>
					<IconButton
						class={names("lightbox-step", "before")}
						icon={BackIcon}
						label={words.previous}
						onClick={() => step(-1)}
					/>
					<IconButton
						class={names("lightbox-step", "after")}
						icon={ChevronRightIcon}
						label={words.next}
						onClick={() => step(1)}
					/>
				</>
			)}
		</dialog>
	);
}

/** A picture that can be dragged if it is larger than the stage. */
function Picture({ file, zoom, onZoom }: { file: FileInfo; zoom: number; onZoom: () => void }) {
	const chat = useChat();
	const image = useRef<HTMLImageElement>(null);
	const held = useRef<{ x: number; y: number; left: number; top: number } | null>(null);

	useLayoutEffect(() => {
		const element = image.current;
		const stage = element?.parentElement;
		if (!element || !stage) return;
		element.style.width = "";
		if (zoom === 1) return;
		element.style.width = `${element.clientWidth * zoom}px`;
		stage.scrollTo((stage.scrollWidth - stage.clientWidth) / 2, (stage.scrollHeight - stage.clientHeight) / 2);
	}, [zoom]);

	return (
		<img
			ref={image}
			class={zoom === 1 ? "" : "zoomed"}
			src={chat.fileUrl(file)}
			width={file.WIDTH}
			height={file.HEIGHT}
			alt={file.NAME}
			draggable={false}
			onDblClick={onZoom}
			onPointerDown={(event) => {
				const stage = event.currentTarget.parentElement;
				if (zoom === 1 || !stage) return;
				event.currentTarget.setPointerCapture(event.pointerId);
				held.current = { x: event.clientX, y: event.clientY, left: stage.scrollLeft, top: stage.scrollTop };
			}}
			onPointerMove={(event) => {
				const { current } = held;
				if (!current) return;
				event.currentTarget.parentElement?.scrollTo(
					current.left - event.clientX + current.x,
					current.top - event.clientY + current.y,
				);
			}}
			onPointerUp={() => {
				held.current = null;
			}}
		/>
	);
}
