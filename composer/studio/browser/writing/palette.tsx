// The palette: every block with a small picture of it in the look of the mail that is being written.

import { useEffect, useRef, useState } from "preact/hooks";
import { hasPage } from "../api";
import { byId } from "../dom";
import { addBlock } from "./block-acts";
import type { Desk } from "./desk";
import type { Form } from "./model";
import { firstPlace, pictureAddress } from "./pictures";
import { IconButton } from "./tools";

/** So many pixels wide is the mail of which a picture is made; a low one is shown as on a phone, and so larger. */
const MAIL_WIDTH = 640;
const PHONE_WIDTH = 400;
const LOW = 0.6;

export function Palette({ desk, index }: { desk: Desk; index: number }) {
  const [sought, seek] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const scheme = useScheme();
  useEffect(() => field.current?.focus(), []);
  const words = sought.trim().toLowerCase();
  const offered = (desk.forms?.blocks ?? []).filter((form) => !desk.dropped || firstPlace(form, form.begins));
  const found = nearestFirst(offered, words);
  const groups = [...new Set(found.map((form) => form.group ?? ""))];
  const [first] = found;
  return (
    <section class="palette" aria-label="Add a block" onKeyDown={walk}>
      <div class="form-head">
        <h2>{desk.dropped ? "Show the picture in" : "Add a block"}</h2>
        <span class="gap" />
        <IconButton icon="close" words="Close" act={() => desk.choose(null)} />
      </div>
      {desk.dropped && <img class="dropped" src={pictureAddress(desk.slug, desk.dropped)} alt="What was dropped" />}
      <input
        ref={field}
        class="text-input"
        type="search"
        placeholder="Find a block"
        aria-label="Find a block"
        value={sought}
        onInput={(event) => seek(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && first) void addBlock(desk, first, index);
        }}
      />
      {groups.map((group) => (
        <div key={group}>
          <h3>{group || "Others"}</h3>
          <ul class="tiles">
            {found
              .filter((form) => (form.group ?? "") === group)
              .map((form) => (
                <Tile
                  key={form.kind}
                  desk={desk}
                  form={form}
                  scheme={scheme}
                  add={() => void addBlock(desk, form, index)}
                />
              ))}
          </ul>
        </div>
      ))}
      {!found.length && <p class="no-block">No block is called so.</p>}
      <button type="button" class="plain" onClick={() => document.dispatchEvent(new CustomEvent("gallery"))}>
        See them all, in every theme
      </button>
    </section>
  );
}

/** The forms that have these words, in small letters: those that begin with them, are called so, and say so, in turn. */
function nearestFirst(forms: Form[], words: string): Form[] {
  const distance = ({ label, kind, help }: Form) => {
    const names = [label.toLowerCase(), kind.toLowerCase()];
    const places = [names.some((name) => name.startsWith(words)), names.some((name) => name.includes(words))];
    return [...places, help.toLowerCase().includes(words)].indexOf(true);
  };
  return forms.filter((form) => distance(form) >= 0).sort((one, other) => distance(one) - distance(other));
}

/** The colours in which the mail is shown. */
function useScheme(): string {
  const stage = byId("stage");
  const [scheme, choose] = useState(stage.dataset.scheme ?? "light");
  useEffect(() => {
    const look = () => choose(stage.dataset.scheme ?? "light");
    stage.addEventListener("painted", look);
    return () => stage.removeEventListener("painted", look);
  }, [stage]);
  return scheme;
}

interface TileProps {
  desk: Desk;
  form: Form;
  scheme: string;
  add: () => void;
}

function Tile({ desk, form, scheme, add }: TileProps) {
  return (
    <li>
      <button type="button" class="tile" data-block={form.kind} title={form.help} onClick={add}>
        <Picture
          key={scheme}
          address={`/palette/${[desk.slug, desk.language || "-", form.kind].map(encodeURIComponent).join("/")}?scheme=${scheme}`}
          label={form.label}
        />
        <strong>{form.label}</strong>
        <span class="about">{form.help}</span>
      </button>
    </li>
  );
}

/** A mail that is drawn small, and cut where the tile ends; a lower one stands in its middle. */
function Picture({ address, label }: { address: string; label: string }) {
  const place = useRef<HTMLSpanElement>(null);
  const [isHere, arrive] = useState(false);
  const [trouble, fail] = useState("");
  const frame = useRef<HTMLIFrameElement>(null);
  const fit = () => {
    const [outer, inner, page] = [place.current, frame.current, frame.current?.contentDocument];
    if (!outer || !inner || !hasPage(inner, (why) => fail(why.message)) || !page || page.URL === "about:blank") return;
    const measure = (width: number) => {
      inner.style.width = `${width}px`;
      inner.style.height = "0";
      const scale = outer.clientWidth / width;
      return { scale, room: outer.clientHeight / scale, high: page.documentElement.scrollHeight };
    };
    const wide = measure(MAIL_WIDTH);
    const { scale, room, high } = wide.high < wide.room * LOW ? measure(PHONE_WIDTH) : wide;
    inner.style.height = `${Math.min(high, room)}px`;
    inner.style.transform = `translateY(${Math.max(0, ((room - high) / 2) * scale)}px) scale(${scale})`;
    outer.style.background = getComputedStyle(page.body).backgroundColor;
    arrive(true);
  };
  return (
    <span class="tile-picture" data-arrived={isHere} title={trouble} ref={place}>
      {trouble && <small class="no-picture">No picture</small>}
      <iframe
        ref={frame}
        title={`Picture: ${label}`}
        aria-hidden="true"
        tabIndex={-1}
        src={address}
        loading="lazy"
        sandbox="allow-same-origin"
        onLoad={fit}
      />
    </span>
  );
}

const STEPS: Record<string, [number, number]> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/** Arrow keys go to the tile on that side; from the first row up to the field where one searches. */
function walk(event: KeyboardEvent): void {
  const step = STEPS[event.key];
  const root = event.currentTarget as HTMLElement;
  const now = event.target as HTMLElement;
  const isField = now instanceof HTMLInputElement;
  if (!step || event.altKey || event.ctrlKey || event.metaKey || (isField && event.key !== "ArrowDown")) return;
  const tiles = [...root.querySelectorAll<HTMLElement>(".tile")];
  const at = tiles.indexOf(now);
  if (at < 0 && !isField) return;
  event.preventDefault();
  const [across, down] = step;
  const next = isField ? tiles[0] : across ? tiles[at + across] : nearest(tiles, now, down);
  if (next) next.focus();
  else if (down < 0) root.querySelector<HTMLElement>("input[type=search]")?.focus();
}

/** Of the tiles in the next row up or down, the one that stands nearest. */
function nearest(tiles: HTMLElement[], from: HTMLElement, down: number): HTMLElement | undefined {
  const own = from.getBoundingClientRect();
  const beyond = tiles
    .map((tile) => ({ tile, box: tile.getBoundingClientRect() }))
    .filter(({ box }) => (down > 0 ? box.top >= own.bottom - 1 : box.bottom <= own.top + 1));
  const far = ({ box }: { box: DOMRect }) => Math.abs(box.top - own.top) * 10 + Math.abs(box.left - own.left);
  return beyond.sort((a, b) => far(a) - far(b))[0]?.tile;
}
