// A picture with the frame of its place: what is in view is bright, and the point that must stay there is set by hand.

import { useRef, useState } from "preact/hooks";
import type { Desk } from "./desk";
import type { Path } from "./model";

export interface Point {
  /** Per cent, across and down. */
  x: number;
  y: number;
}

const WORDS: Record<string, Partial<Point>> = { left: { x: 0 }, right: { x: 100 }, top: { y: 0 }, bottom: { y: 100 } };
const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** As the composer reads it: "50% 20%" or "top left". */
export function pointOf(focus: string): Point {
  const [x, y] = [...focus.matchAll(/(\d+)%/g)].map((found) => Number(found[1]));
  if (x !== undefined && y !== undefined) return { x, y };
  return Object.assign({ x: 50, y: 50 }, ...focus.split(/\s+/).map((word) => WORDS[word] ?? {}));
}

const within = (least: number, value: number, most: number) => Math.min(Math.max(value, least), most);

/** Where a square around a point begins, in per cent of the picture's length, as the composer cuts it. */
export function cutFrom(length: number, side: number, point: number): number {
  return (within(0, (length * point) / 100 - side / 2, length - side) / length) * 100;
}

interface FocusProps {
  desk: Desk;
  path: Path;
  address: string;
  shape: string;
  broken: () => void;
}

export function FocusEditor({ desk, path, address, shape, broken }: FocusProps) {
  const [size, setSize] = useState<[number, number] | null>(null);
  const area = useRef<HTMLDivElement>(null);
  const focus = desk.value([...path, "focus"]);
  const point = pointOf(typeof focus === "string" ? focus : "");
  const set = (x: number, y: number) => {
    const [across, down] = [within(0, Math.round(x), 100), within(0, Math.round(y), 100)];
    const value = across === 50 && down === 50 ? null : `${across}% ${down}%`;
    desk.set([...path, "focus"], value, "what stays in view");
  };
  const pointed = (event: PointerEvent) => {
    const box = area.current?.getBoundingClientRect();
    if (box) set(((event.clientX - box.left) / box.width) * 100, ((event.clientY - box.top) / box.height) * 100);
  };
  const pressed = (event: PointerEvent) => {
    event.preventDefault();
    area.current?.setPointerCapture(event.pointerId);
    area.current?.querySelector<HTMLElement>("[role=slider]")?.focus();
    pointed(event);
  };
  const stepped = (event: KeyboardEvent) => {
    const [x, y] = STEPS[event.key] ?? [0, 0];
    if ((!x && !y) || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const far = event.shiftKey ? 10 : 2;
    set(point.x + x * far, point.y + y * far);
  };
  const [width, height] = size ?? [1, 1];
  const side = Math.min(width, height);
  const frame = {
    left: `${cutFrom(width, side, point.x)}%`,
    top: `${cutFrom(height, side, point.y)}%`,
    width: `${(side / width) * 100}%`,
    height: `${(side / height) * 100}%`,
  };
  const isCut = size !== null && width !== height;
  return (
    <>
      <div
        class="focus-area"
        ref={area}
        onPointerDown={isCut ? pressed : undefined}
        onPointerMove={(event) => area.current?.hasPointerCapture(event.pointerId) && pointed(event)}
      >
        <img
          src={address}
          alt=""
          draggable={false}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => setSize([naturalWidth, naturalHeight])}
          onError={broken}
        />
        {isCut && (
          <>
            <div class={`focus-frame ${shape}`} style={frame} />
            <div
              class="focus-point"
              role="slider"
              tabIndex={0}
              aria-label="What must stay in view"
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={width > height ? point.x : point.y}
              aria-valuetext={`${point.x} % across, ${point.y} % down`}
              style={{ left: `${point.x}%`, top: `${point.y}%` }}
              onKeyDown={stepped}
            />
          </>
        )}
      </div>
      {isCut && (
        <p class="help-line">The place is {shape}. Set the point that must stay in view: drag, or arrow keys.</p>
      )}
    </>
  );
}
