/** The files of a message: images, sound and videos are shown in place, others are downloads. */

import type { MessageView } from "../../chat/chat";
import { bytes, text } from "../../text";
import type { FileInfo, Seq } from "../../wire/words";
import { useChat } from "../chat";
import { DownloadIcon } from "../parts/icons";
import { usePlace } from "./place";

export function Files({ message: { seq, files } }: { message: MessageView }) {
	const images = files.filter(isImage);
	return (
		<ul class="files">
			{files.map((file) => (
				<li key={file.FILE}>
					<One seq={seq} file={file} images={images} />
				</li>
			))}
		</ul>
	);
}

interface OneProps {
	/** The SEQ of the message. */
	seq: Seq | null;
	file: FileInfo;
	images: readonly FileInfo[];
}

function One({ seq, file, images }: OneProps) {
	const chat = useChat();
	if (isImage(file)) return <Image seq={seq} file={file} images={images} />;
	const kind = file.TYPE.split("/")[0];
	const address = chat.fileUrl(file);
	return (
		<>
			{kind === "audio" && (
				// biome-ignore lint/a11y/useMediaCaption: what people send has none
				<audio class="player" controls preload="metadata" src={address} aria-label={file.NAME} />
			)}
			{kind === "video" && (
				// biome-ignore lint/a11y/useMediaCaption: what people send has none
				<video class="player" controls preload="metadata" src={address} aria-label={file.NAME} />
			)}
			<Card file={file} address={address} />
		</>
	);
}

function Image({ seq, file, images }: OneProps) {
	const chat = useChat();
	const { showImages } = usePlace();
	const { width, height } = shownSize(file);
	return (
		<button
			type="button"
			class="image"
			title={`${file.NAME}, ${bytes(file.BYTES)}`}
			aria-label={text.value.conversation.showImage(file.NAME)}
			onClick={() => showImages(seq, images, file)}
		>
			<img
				src={file.THUMBNAIL ? chat.thumbnailUrl(file) : chat.fileUrl(file)}
				width={width}
				height={height}
				style={{ aspectRatio: `${width} / ${height}` }}
				alt={file.NAME}
				loading="lazy"
				decoding="async"
			/>
		</button>
	);
}

/** Files of a message that waits for them. */
export function WaitingFiles({ files }: { files: readonly File[] }) {
	const chat = useChat();
	const words = text.value.conversation.upload;
	return (
		<ul class="files">
			{files.map((file) => {
				const progress = chat.progress(file);
				return (
					<li key={file}>
						<div class="file">
							<span class="file-type" aria-hidden="true">
								{ending(file.name)}
							</span>
							<span class="file-name">
								<b dir="auto" class="ellipsis">
									{file.name}
								</b>
								{progress === null ? (
									<small>{bytes(file.size)}</small>
								) : (
									<progress aria-label={words.progress(file.name)} max={1} value={progress} />
								)}
							</span>
						</div>
					</li>
				);
			})}
		</ul>
	);
}

function Card({ file, address }: { file: FileInfo; address: string }) {
	return (
		<a class="file" href={address} download={file.NAME} title={text.value.conversation.download(file.NAME)}>
			<span class="file-type" aria-hidden="true">
				{ending(file.NAME)}
			</span>
			<span class="file-name">
				<b dir="auto" class="ellipsis">
					{file.NAME}
				</b>
				<small>{bytes(file.BYTES)}</small>
			</span>
			<DownloadIcon />
		</a>
	);
}

/** Whether it is an image with a known size, so that the layout does not jump when it loads. */
const isImage = ({ TYPE, WIDTH, HEIGHT }: FileInfo): boolean =>
	TYPE.startsWith("image/") && WIDTH !== undefined && HEIGHT !== undefined;

const WIDTH_MAX = 420;
const HEIGHT_MAX = 320;
/** Minimum side length, so that the image is visible and clickable; a narrower image is cropped. */
const SIDE_MIN = 64;

function shownSize({ WIDTH = 1, HEIGHT = 1 }: FileInfo): { width: number; height: number } {
	const scale = Math.min(1, WIDTH_MAX / WIDTH, HEIGHT_MAX / HEIGHT);
	return {
		width: Math.max(SIDE_MIN, Math.round(WIDTH * scale)),
		height: Math.max(SIDE_MIN, Math.round(HEIGHT * scale)),
	};
}

/** The text on the card: PDF, PY, … */
export const ending = (name: string): string => /\.([^.]{1,5})$/u.exec(name)?.[1]?.toLocaleUpperCase() ?? "•";
