// The gallery: every block in every theme, light and dark; what to paste; and the way into the issue that is open.

import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { IssueReport } from "../api";
import { ask, hasPage, post, Refusal } from "../api";
import { copy, say } from "../dom";
import { naturalPlace } from "../writing/block-acts";
import { Icon } from "../writing/tools";
import type { Door } from "./index";

interface GalleryBlock {
  block: string;
  label: string;
  about: string;
  yaml: string;
  markdown: string;
  keys: { name: string; required: boolean; meaning: string }[];
}

interface GalleryReport {
  themes: string[];
  blocks: GalleryBlock[];
}

interface Open {
  /** The block to bring into view. */
  block: string;
  report: IssueReport | null;
  door: Door;
}

export function showGallery(root: HTMLElement, open: Open) {
  render(<GalleryRoom {...open} />, root);
}

const SCHEMES = [
  { value: "light", label: "Light", icon: "sun" },
  { value: "dark", label: "Dark", icon: "moon" },
];

function GalleryRoom({ block, report, door }: Open) {
  const [told, tell] = useState<GalleryReport | null>(null);
  const [trouble, fail] = useState("");
  const [theme, chooseTheme] = useState("");
  const [scheme, chooseScheme] = useState("light");
  const [sought, seek] = useState("");
  const load = async () => {
    fail("");
    try {
      const found = await ask<GalleryReport>("/api/gallery");
      tell(found);
      chooseTheme((now) => now || (found.themes[0] ?? ""));
    } catch (error) {
      fail(error instanceof Refusal ? error.message : "The studio does not answer.");
    }
  };
  useEffect(() => void load(), []);
  const words = sought.trim().toLowerCase();
  const found = (told?.blocks ?? []).filter((one) =>
    `${one.label} ${one.about} ${one.block}`.toLowerCase().includes(words),
  );
  return (
    <>
      <div class="bar room-bar">
        <button
          type="button"
          class="quiet"
          onClick={() => door.go("")}
          aria-label="Back to the mail"
          title="Back to the mail"
        >
          <Icon name="back" /> <span class="wide-only">The mail</span>
        </button>
        <h1 class="gallery-title">Blocks</h1>
        <span class="gap" />
        <div class="segments" role="radiogroup" aria-label="Theme">
          {told?.themes.map((name) => (
            <Radio key={name} isOn={name === theme} choose={() => chooseTheme(name)} words={name} />
          ))}
        </div>
        <div class="segments" role="radiogroup" aria-label="Colours">
          {SCHEMES.map(({ value, label, icon }) => (
            <Radio key={value} isOn={value === scheme} choose={() => chooseScheme(value)} words={label} icon={icon} />
          ))}
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
      <section class="room-body gallery-body" tabIndex={0} aria-label="Blocks">
        {trouble && (
          <div class="empty" role="alert">
            <p>{trouble}</p>
            <button type="button" class="primary" onClick={() => void load()}>
              Try again
            </button>
          </div>
        )}
        {told && (
          <input
            type="search"
            class="find-block"
            placeholder="Find a block"
            aria-label="Find a block"
            value={sought}
            onInput={(event) => seek(event.currentTarget.value)}
          />
        )}
        {found.map((one) => (
          <BlockCard
            key={one.block}
            one={one}
            theme={theme}
            scheme={scheme}
            isWanted={one.block === block}
            report={report}
            door={door}
          />
        ))}
        {told && !found.length && <p class="note">No block is called so.</p>}
      </section>
    </>
  );
}

function Radio(props: { isOn: boolean; choose: () => void; words: string; icon?: string }) {
  const moved = (event: KeyboardEvent) => {
    const step = ["ArrowRight", "ArrowDown"].includes(event.key)
      ? 1
      : ["ArrowLeft", "ArrowUp"].includes(event.key)
        ? -1
        : 0;
    if (!step) return;
    event.preventDefault();
    const all = [...((event.currentTarget as HTMLElement).parentElement?.querySelectorAll("button") ?? [])];
    const next = all[(all.indexOf(event.currentTarget as HTMLButtonElement) + step + all.length) % all.length];
    next?.focus();
    next?.click();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a segment, as those of the toolbar
    <button
      type="button"
      role="radio"
      aria-checked={props.isOn}
      tabIndex={props.isOn ? 0 : -1}
      aria-label={props.words}
      title={props.words}
      onClick={props.choose}
      onKeyDown={moved}
    >
      {props.icon ? <Icon name={props.icon} /> : props.words}
    </button>
  );
}

interface CardProps {
  one: GalleryBlock;
  theme: string;
  scheme: string;
  isWanted: boolean;
  report: IssueReport | null;
  door: Door;
}

function BlockCard({ one, theme, scheme, isWanted, report, door }: CardProps) {
  const [form, chooseForm] = useState<"yaml" | "markdown">(door.desk.file?.document.format ?? "yaml");
  const [isBusy, wait] = useState(false);
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isWanted) card.current?.scrollIntoView();
  }, [isWanted]);
  const text = form === "yaml" ? one.yaml : one.markdown;
  const put = async () => {
    if (!report) return;
    wait(true);
    const { desk } = door;
    await desk.flush();
    const wanted = desk.selected === null ? desk.blocks.length : desk.selected + 1;
    const index = naturalPlace(one.block, wanted, desk.blocks);
    try {
      const address = `/api/issues/${encodeURIComponent(report.slug)}/gallery`;
      const put = await post<{ index: number }>(address, { block: one.block, index });
      await desk.taken();
      say(`${one.label} is in “${report.title}”. Ctrl Z takes it out.`);
      if (desk.slug === report.slug) door.put(put.index);
    } catch (error) {
      say(error instanceof Refusal ? error.message : "The studio does not answer");
    } finally {
      wait(false);
    }
  };
  return (
    <article class="sample" ref={card} aria-labelledby={`sample-${one.block}`}>
      <header>
        <div>
          <h2 id={`sample-${one.block}`}>{one.label}</h2>
          <p>{one.about}</p>
        </div>
        <button type="button" class="primary" disabled={!report || isBusy} onClick={() => void put()}>
          Put it into my issue
        </button>
      </header>
      <Shown one={one} theme={theme} scheme={scheme} />
      <div class="paste">
        <div class="paste-bar">
          <div class="segments" role="radiogroup" aria-label={`Form of ${one.label}`}>
            <Radio isOn={form === "yaml"} choose={() => chooseForm("yaml")} words="YAML" />
            <Radio isOn={form === "markdown"} choose={() => chooseForm("markdown")} words="Markdown" />
          </div>
          <span class="gap" />
          <button type="button" class="plain" onClick={() => void copy(text, `Copied the ${one.label}`)}>
            <Icon name="copy" /> Copy
          </button>
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
        <pre tabIndex={0}>{text}</pre>
        {one.keys.length > 0 && (
          <details>
            <summary>Its keys</summary>
            <dl>
              {one.keys.map(({ name, required, meaning }) => (
                <div key={name}>
                  <dt>
                    <code>{name}</code>
                    {required && <small> needed</small>}
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </div>
    </article>
  );
}

/** As high as the block is, at the width that there is. */
function Shown({ one, theme, scheme }: { one: GalleryBlock; theme: string; scheme: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [isHere, arrive] = useState(false);
  const [trouble, fail] = useState("");
  const address = `/gallery/${encodeURIComponent(theme)}/${encodeURIComponent(one.block)}?scheme=${scheme}`;
  const measure = () => {
    const page = frame.current?.contentDocument?.documentElement;
    if (!frame.current || !page) return;
    frame.current.style.height = "0";
    frame.current.style.height = `${page.scrollHeight}px`;
  };
  useEffect(() => {
    const watch = new ResizeObserver(measure);
    if (frame.current?.parentElement) watch.observe(frame.current.parentElement);
    return () => watch.disconnect();
  });
  if (!theme) return null;
  return (
    <div class={`shown ${isHere ? "" : "waiting"}`} data-scheme={scheme}>
      {trouble && <p class="note">{trouble}</p>}
      <iframe
        ref={frame}
        title={`${one.label} in ${theme}, ${scheme}`}
        src={address}
        loading="lazy"
        sandbox="allow-same-origin"
        onLoad={() => {
          if (!frame.current || !hasPage(frame.current, (why) => fail(why.message))) return;
          fail("");
          arrive(true);
          measure();
        }}
      />
    </div>
  );
}
