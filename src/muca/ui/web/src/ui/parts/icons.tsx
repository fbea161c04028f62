/** Icons: strokes on a 24-pixel square, scaled with the text. They are hidden from screen readers; their button has a label. */

import type { ComponentChildren, FunctionComponent } from "preact";

export type Icon = FunctionComponent;

const drawn =
	(strokes: ComponentChildren): Icon =>
	() => (
		<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
			{strokes}
		</svg>
	);

export const AddIcon = drawn(<path d="M12 5v14M5 12h14" />);
export const AlertIcon = drawn(
	<path d="M12 8v5m0 3.5v.1M10.3 4 2.8 17a2 2 0 0 0 1.7 3h15a2 2 0 0 0 1.7-3L13.7 4a2 2 0 0 0-3.4 0z" />,
);
export const ArchiveIcon = drawn(<path d="M4 8h16v11a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM3 4h18v4H3zm7 8h4" />);
export const ArrowDownIcon = drawn(<path d="M12 5v14m-6-6 6 6 6-6" />);
export const ArrowUpIcon = drawn(<path d="M12 19V5m-6 6 6-6 6 6" />);
export const UnreadIcon = drawn(
	<>
		<path d="M14 5H4v11h4l4 4 4-4h4v-5" />
		<circle cx="19" cy="5" r="2.5" fill="currentColor" />
	</>,
);
export const AttachIcon = drawn(
	<path d="m20 11.5-8 8a5 5 0 0 1-7.1-7l8.4-8.5a3.4 3.4 0 0 1 4.8 4.8l-8.2 8.3a1.8 1.8 0 0 1-2.6-2.6l7.2-7.2" />,
);
export const BackIcon = drawn(<path d="m15 5-7 7 7 7" />);
export const BanIcon = drawn(
	<>
		<circle cx="12" cy="12" r="9" />
		<path d="m5.7 5.7 12.6 12.6" />
	</>,
);
export const BellIcon = drawn(<path d="M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4" />);
export const BellOffIcon = drawn(<path d="M8.5 6.2A6 6 0 0 1 18 11v4M6 10.5V16l-1.5 2H17M10 21h4M4 4l16 16" />);
export const CalendarIcon = drawn(
	<>
		<rect x="4" y="5" width="16" height="15" rx="2" />
		<path d="M4 10h16M8.5 3v4m7-4v4" />
	</>,
);
export const CheckIcon = drawn(<path d="m5 12.5 4.5 4.5L19 7" />);
export const ChartIcon = drawn(<path d="M4 20h16M7 16v-4m5 4V6m5 10V9" />);
export const ChevronRightIcon = drawn(<path d="m9 6 6 6-6 6" />);
export const ClockIcon = drawn(
	<>
		<circle cx="12" cy="12" r="9" />
		<path d="M12 7v5l3 2" />
	</>,
);
export const CloseIcon = drawn(<path d="M6 6l12 12M18 6 6 18" />);
export const CopyIcon = drawn(
	<>
		<rect x="9" y="9" width="11" height="11" rx="2" />
		<path d="M5 15a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1h9a1 1 0 0 1 1 1" />
	</>,
);
export const DeviceIcon = drawn(
	<>
		<rect x="4" y="5" width="16" height="11" rx="2" />
		<path d="M2 20h20" />
	</>,
);
export const DoorIcon = drawn(<path d="M14 4H6a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h8m-4-8h11m-4-4 4 4-4 4" />);
export const DownloadIcon = drawn(<path d="M12 4v11m-5-4.5L12 15.5l5-5M5 20h14" />);
export const EditIcon = drawn(<path d="M4 20l1-4.5L16 4.5a2.1 2.1 0 0 1 3 3L8.5 19z" />);
export const EyeIcon = drawn(
	<>
		<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z" />
		<circle cx="12" cy="12" r="2.8" />
	</>,
);
export const FileIcon = drawn(<path d="M7 3h7l5 5v12a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zm7 0v5h5" />);
export const FlagIcon = drawn(<path d="M6 21V4h12l-2.5 4.5L18 13H6" />);
export const HashIcon = drawn(<path d="M5 9h15M4 15h15M10 4 8 20M16 4l-2 16" />);
export const InfoIcon = drawn(
	<>
		<circle cx="12" cy="12" r="9" />
		<path d="M12 11v5m0-8.5v.1" />
	</>,
);
export const KeyIcon = drawn(
	<>
		<circle cx="8" cy="15" r="4" />
		<path d="m11 12 8-8m-3 3 3 3m-5.5-.5 2 2" />
	</>,
);
export const KeyboardIcon = drawn(
	<>
		<rect x="2.5" y="6" width="19" height="12" rx="2" />
		<path d="M6.5 10h.1m3.6 0h.1m3.6 0h.1m3.5 0h.1M8 14h8" />
	</>,
);
export const TextIcon = drawn(<path d="M5 6.5V5h14v1.5M12 5v14m-2.5 0h5" />);
export const LinkIcon = drawn(
	<path d="M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.1-1.1" />,
);
export const LockIcon = drawn(
	<>
		<rect x="5" y="11" width="14" height="9" rx="2" />
		<path d="M8 11V8a4 4 0 0 1 8 0v3" />
	</>,
);
export const MinusIcon = drawn(<path d="M5 12h14" />);
export const MoreIcon = drawn(<path stroke-width="3" d="M5 12h.1M12 12h.1M19 12h.1" />);
export const MuteIcon = drawn(<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5m0-5-5 5" />);
export const PeopleIcon = drawn(
	<>
		<circle cx="9" cy="8" r="3.5" />
		<path d="M3 20c0-4 3-6 6-6s6 2 6 6M16 5a3.5 3.5 0 0 1 0 6m2 3.5c2 .8 3 2.6 3 5.5" />
	</>,
);
export const PersonIcon = drawn(
	<>
		<circle cx="12" cy="8" r="4" />
		<path d="M4.5 20.5c0-4.5 3.5-6.5 7.5-6.5s7.5 2 7.5 6.5" />
	</>,
);
export const PersonAddIcon = drawn(
	<>
		<circle cx="10" cy="8" r="3.8" />
		<path d="M3 20.5c0-4.5 3-6.5 7-6.5 2 0 3.7.5 5 1.5M19 14v6m-3-3h6" />
	</>,
);
export const PinIcon = drawn(<path d="M12 17v5M8 3h8l-1 8 3 3v2.5H6V14l3-3z" />);
export const ReloadIcon = drawn(<path d="M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7" />);
export const ReplyIcon = drawn(<path d="M9.5 6 4 11.5 9.5 17M4 11.5h9a7 7 0 0 1 7 7V19" />);
export const SearchIcon = drawn(
	<>
		<circle cx="11" cy="11" r="7" />
		<path d="m20 20-4-4" />
	</>,
);
export const SendIcon = drawn(<path d="M4.5 12 4 4.5 20.5 12 4 19.5zm0 0h7" />);
export const SettingsIcon = drawn(
	<>
		<circle cx="12" cy="12" r="3" />
		<path d="M19 12a7 7 0 0 0-.1-1.2l2-1.6-2-3.4-2.4 1a7 7 0 0 0-2-1.2L14 3h-4l-.5 2.6a7 7 0 0 0-2 1.2l-2.4-1-2 3.4 2 1.6a7 7 0 0 0 0 2.4l-2 1.6 2 3.4 2.4-1a7 7 0 0 0 2 1.2L10 21h4l.5-2.6a7 7 0 0 0 2-1.2l2.4 1 2-3.4-2-1.6c.1-.4.1-.8.1-1.2z" />
	</>,
);
export const ShieldIcon = drawn(<path d="M12 3 5 6v5c0 4.8 3 8.5 7 10 4-1.5 7-5.2 7-10V6z" />);
export const SmileIcon = drawn(
	<>
		<circle cx="12" cy="12" r="9" />
		<path d="M8.5 14.5c.8 1.2 2 2 3.5 2s2.7-.8 3.5-2M9 9.5v.1m6-.1v.1" />
	</>,
);
export const SmileAddIcon = drawn(
	<path d="M20.5 11.5a8.5 8.5 0 1 1-8-8M8.5 14.5c.8 1.1 1.9 1.8 3.3 1.8s2.6-.7 3.4-1.8M9 9.8v.1m5.5-.1v.1M19 2v6m-3-3h6" />,
);
export const TrashIcon = drawn(<path d="M4 7h16M10 11v6m4-6v6M6 7l1 13h10l1-13M9 7V4h6v3" />);
export const WifiOffIcon = drawn(
	<path d="M4 4l16 16M2.5 9a14 14 0 0 1 4-2.6m4-1A14 14 0 0 1 21.5 9M6 13a9 9 0 0 1 4.5-2.4M15 11.4a9 9 0 0 1 3 1.6M9.2 16.5a4.5 4.5 0 0 1 5.6 0M12 20v.1" />,
);
