// A picture of a block: dropped, pasted, chosen from files or from the issue; told in words; cut to the place's shape.

import { useEffect, useRef, useState } from "preact/hooks";
import { Newest } from "../answers";
import { type FieldProps, Fields } from "./fields";
import type { Path } from "./model";
import { FocusEditor } from "./picture-focus";
import {
  askPictures,
  bringsFiles,
  expectPicture,
  pictureAddress,
  putPicture,
  type StoredPicture,
  storePicture,
  TAKEN,
  UNTOLD,
} from "./pictures";
import { FileButton, Icon, IconButton } from "./tools";

type Desk = FieldProps["desk"];

export function PictureField({ desk, field, path }: FieldProps) {
  const root = useRef<HTMLFieldSetElement>(null);
  const key = JSON.stringify(path);
  const own = desk.value([...path, "file"]);
  const file = typeof own === "string" && own ? own : fileOfFirstLanguage(desk, path);
  const isThere = desk.value(path) !== undefined && desk.value(path) !== null;
  const isUntold = desk.value([...path, "alt"]) === UNTOLD;
  const [lost, setLost] = useState("");
  const taking = useTaking(desk, () => {
    const put = expectPicture(desk, path);
    return ([name]) => put(name);
  });
  const isAsked = desk.unnamed === key;
  useEffect(() => {
    if (!isAsked || !isThere) return;
    desk.unnamed = "";
    const words = root.current?.querySelector<HTMLTextAreaElement>(".picture-words textarea");
    words?.focus();
    words?.select();
  });
  const decoration = () =>
    desk.act([{ edit: "set", path: [...path, "alt"], value: "" }], "a picture that is only decoration");
  const remove = () => desk.act([{ edit: "remove", path }], `remove “${field.label || "a picture"}”`);
  const inner = field.fields ?? [];
  const alt = inner.filter((one) => one.name === "alt");
  const rest = inner.filter((one) => !["alt", "file", "focus"].includes(one.name));
  return (
    <fieldset class="group-field picture-field" ref={root} data-picture={key} {...taking.handlers}>
      <legend>
        {field.label || "Picture"}
        {isThere && !field.required && field.label && (
          <IconButton icon="close" words={`Remove “${field.label}”`} act={remove} />
        )}
      </legend>
      {file && file !== lost ? (
        <figure class="picture-shown">
          {field.shape ? (
            <FocusEditor
              key={file}
              desk={desk}
              path={path}
              address={pictureAddress(desk.slug, file)}
              shape={field.shape}
              broken={() => setLost(file)}
            />
          ) : (
            <img src={pictureAddress(desk.slug, file)} alt="" onError={() => setLost(file)} />
          )}
          <figcaption title={file}>{file}</figcaption>
        </figure>
      ) : (
        file && <p class="trouble">There is no picture {file} beside the issue.</p>
      )}
      <Source desk={desk} taking={taking} has={Boolean(file)} take={(name) => void putPicture(desk, path, name)} />
      {isThere && (
        <div class="picture-words">
          <Fields desk={desk} fields={alt} path={path} />
          {isUntold && (
            <p class="caution">
              Some readers hear the mail, or see it without pictures: tell them what this one shows.{" "}
              <button type="button" class="text-button" onClick={decoration}>
                It is only decoration
              </button>
            </p>
          )}
        </div>
      )}
      {isThere && rest.length > 0 && <Fields desk={desk} fields={rest} path={path} />}
    </fieldset>
  );
}

/** A translation shows the first language's picture unless it has its own. */
function fileOfFirstLanguage(desk: Desk, path: Path): string {
  if (!desk.base || desk.selected === null) return "";
  let found: unknown = desk.base.blocks[desk.selected]?.values;
  for (const key of [...path.slice(2), "file"]) found = (found as Record<string, unknown> | undefined)?.[key];
  return typeof found === "string" ? found : "";
}

/** Where more pictures are added to a list of them: several at once, if there is room. */
export function PicturesAdded({ desk, field, path }: FieldProps) {
  const countAt = (list: Path) => {
    const entries = desk.value(list);
    return Array.isArray(entries) ? entries.length : 0;
  };
  const maximum = field.maximum ?? Infinity;
  const count = countAt(path);
  const taking = useTaking(desk, () => {
    const held = desk.places.hold(path);
    return async (names) => {
      for (const name of names) {
        const list = held.path;
        if (list && countAt(list) < maximum) await putPicture(desk, [...list, countAt(list)], name);
      }
      desk.places.release(held);
    };
  });
  if (count >= maximum) return null;
  return (
    <div class="picture-field" {...taking.handlers}>
      <Source desk={desk} taking={taking} has={false} take={(name) => void putPicture(desk, [...path, count], name)} />
    </div>
  );
}

interface Taking {
  isBusy: boolean;
  isOver: boolean;
  take: (files: File[]) => void;
  handlers: Record<string, unknown>;
}

/** Takes files that are dropped, pasted or chosen, and stores them; `expect` is told before, and puts what came of it. */
function useTaking(desk: Desk, expect: () => (names: string[]) => Promise<void>): Taking {
  const [isBusy, setBusy] = useState(false);
  const [isOver, setOver] = useState(false);
  const take = async (files: File[]) => {
    if (!files.length) return;
    setBusy(true);
    const put = expect();
    const names: string[] = [];
    for (const file of files) {
      const stored = await storePicture(desk, file);
      if (stored) names.push(stored.name);
    }
    setBusy(false);
    await put(names);
  };
  const over = (event: DragEvent) => {
    if (!bringsFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.stopPropagation();
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    if (!bringsFiles(event.dataTransfer)) return;
    over(event);
    setOver(false);
    void take([...(event.dataTransfer?.files ?? [])]);
  };
  return {
    isBusy,
    isOver,
    take,
    handlers: { onDragOver: over, onDragLeave: () => setOver(false), onDrop: drop, "data-over": isOver || undefined },
  };
}

interface SourceProps {
  desk: Desk;
  taking: Taking;
  has: boolean;
  take: (name: string) => void;
}

/** The ways a picture comes in. */
function Source({ desk, taking, has, take }: SourceProps) {
  const [shelf, setShelf] = useState<StoredPicture[] | "loading" | null>(null);
  const questions = useRef(new Newest()).current;
  const close = () => {
    questions.forget();
    setShelf(null);
  };
  const look = async () => {
    if (shelf) return close();
    setShelf("loading");
    const isNewest = questions.begin();
    const found = await askPictures(desk.slug, isNewest).catch(() => []);
    if (isNewest()) setShelf(found);
  };
  return (
    <>
      <div class={has ? "picture-source" : "picture-source wanted"} aria-busy={taking.isBusy}>
        {!has && (
          <p>
            <Icon name="picture" />
            {taking.isBusy ? "Storing …" : taking.isOver ? "Let it go" : "Drop or paste a picture, or"}
          </p>
        )}
        <span class="picture-ways">
          <FileButton name="A picture of your own" accept={TAKEN} isOff={taking.isBusy} take={taking.take}>
            {has ? (taking.isBusy ? "Storing …" : "Replace") : "Choose a file"}
          </FileButton>
          <button type="button" class="plain" aria-expanded={shelf !== null} onClick={() => void look()}>
            From this issue
          </button>
        </span>
      </div>
      {shelf === "loading" && <p class="help-line">Looking …</p>}
      {Array.isArray(shelf) && (
        <ul class="picture-shelf" aria-label="Pictures of this issue">
          {shelf.map(({ name }) => (
            <li key={name}>
              <button
                type="button"
                title={name}
                aria-label={name}
                onClick={() => {
                  close();
                  take(name);
                }}
              >
                <img src={pictureAddress(desk.slug, name)} alt="" loading="lazy" />
              </button>
            </li>
          ))}
          {!shelf.length && <li class="help-line">This issue has no pictures yet.</li>}
        </ul>
      )}
    </>
  );
}
