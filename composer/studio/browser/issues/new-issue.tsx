// A new issue: what it begins with, its day, its number, and what its folder is called.

import { useEffect, useRef, useState } from "preact/hooks";
import { Newest } from "../answers";
import { FileButton, Icon, useName } from "../writing/tools";
import { Input, Sheet, Trouble, useAsking } from "./dialog";
import {
  askBeginnings,
  type Beginnings,
  beginIssue,
  type DroppedFile,
  dropped,
  type ImportReport,
  readImport,
  type Source,
  slugOf,
} from "./requests";

interface NewIssueProps {
  close: () => void;
  begun: (slug: string) => void;
  /** The issue that it is to follow, if that is not the latest. */
  like?: { slug: string; title: string };
}

export function NewIssue({ close, begun, like }: NewIssueProps) {
  const [told, setTold] = useState<Beginnings | null>(null);
  const { isBusy, trouble, asking } = useAsking();
  useEffect(() => {
    void asking(async () => setTold(await askBeginnings()));
  }, []);
  return (
    <Sheet title="New issue" close={close}>
      {told ? (
        <NewIssueForm told={told} like={like ?? told.last} begun={begun} close={close} />
      ) : trouble ? (
        <Trouble words={trouble} />
      ) : (
        <div class="skeleton-lines" aria-hidden={!isBusy}>
          <i />
          <i />
          <i />
        </div>
      )}
    </Sheet>
  );
}

interface FormProps {
  told: Beginnings;
  like: { slug: string; title: string } | null;
  begun: (slug: string) => void;
  close: () => void;
}

function NewIssueForm({ told, like, begun, close }: FormProps) {
  const [source, setSource] = useState<Source>(like ? "last" : "words");
  const [title, setTitle] = useState("");
  const [date, setDate] = useState(told.today);
  const [number, setNumber] = useState(told.number ? String(told.number) : "");
  const [ownSlug, setOwnSlug] = useState("");
  const [files, setFiles] = useState<DroppedFile[]>([]);
  const [keepAll, setKeepAll] = useState(false);
  const [report, setReport] = useState<ImportReport | null>(null);
  const { isBusy, trouble, asking, forget } = useAsking();

  const readings = useRef(new Newest()).current;
  const read = (given: DroppedFile[], all: boolean) =>
    asking(async () => {
      setFiles(given);
      setKeepAll(all);
      setReport(null);
      const isNewest = readings.begin();
      const found = await readImport(given, all);
      if (!isNewest()) return;
      setReport(found);
      setTitle((now) => now || found.title);
    });
  const begin = (event: Event) => {
    event.preventDefault();
    void asking(async () => {
      const wanted = { source, like: source === "last" ? (like?.slug ?? "") : "", title, slug: ownSlug, date };
      const made = await beginIssue({
        ...wanted,
        number: number ? Number(number) : null,
        files: source === "import" ? files : [],
        keep_all: keepAll,
      });
      close();
      begun(made.slug);
    });
  };
  const isReady = source !== "import" || report !== null;
  return (
    <form onSubmit={begin} onInput={forget}>
      <fieldset class="beginnings">
        <legend class="unseen">What it begins with</legend>
        {like && (
          <Choice value="last" chosen={source} choose={setSource} title={`Like “${like.title}”`}>
            Its frame stays. Texts, headlines and links are emptied and say TODO until they are new.
          </Choice>
        )}
        <Choice value="words" chosen={source} choose={setSource} title="A few words to replace">
          A greeting, a story and a date.
        </Choice>
        <Choice value="sample" chosen={source} choose={setSource} title="The sample">
          A whole issue that shows many kinds of blocks.
        </Choice>
        <Choice value="import" chosen={source} choose={setSource} title="A newsletter you have">
          A mail you have saved, or HTML or Markdown of another program, with its pictures.
        </Choice>
      </fieldset>
      {source === "import" && (
        <ImportFiles files={files} report={report} isBusy={isBusy} keepAll={keepAll} read={read} />
      )}
      <Input
        label="Working title"
        value={title}
        set={setTitle}
        placeholder="Winter news"
        help={
          source === "import"
            ? "Its subject, if the newsletter has none of its own, and the name of its folder."
            : "Its subject and its headline until you write others, and the name of its folder."
        }
      />
      <div class="pair">
        <Input label="Day of publication" type="date" value={date} set={setDate} isNeeded />
        <Input label="Number" type="number" value={number} set={setNumber} placeholder="none" />
      </div>
      <Input
        label="Folder"
        value={ownSlug}
        set={setOwnSlug}
        placeholder={slugOf(title, date)}
        help="Small letters, digits and hyphens. Empty: made of the day and the title."
      />
      {trouble && <Trouble words={trouble} />}
      <footer>
        <button type="submit" class="primary" disabled={isBusy || !isReady}>
          Begin the issue
        </button>
      </footer>
    </form>
  );
}

interface ChoiceProps {
  value: Source;
  chosen: Source;
  choose: (value: Source) => void;
  title: string;
  children: string;
}

function Choice({ value, chosen, choose, title, children }: ChoiceProps) {
  const id = useName();
  return (
    <label class="choice" for={id}>
      <input type="radio" id={id} name="source" checked={value === chosen} onChange={() => choose(value)} />
      <span>
        <strong dir="auto">{title}</strong>
        <small>{children}</small>
      </span>
    </label>
  );
}

interface ImportProps {
  files: DroppedFile[];
  report: ImportReport | null;
  isBusy: boolean;
  keepAll: boolean;
  read: (files: DroppedFile[], keepAll: boolean) => Promise<void>;
}

const NEWSLETTER = /\.(eml|html?|xhtml|md|markdown|mdown|txt)$/i;

function ImportFiles({ files, report, isBusy, keepAll, read }: ImportProps) {
  const [isOver, setOver] = useState(false);
  const drops = useRef(new Newest()).current;
  const take = async (list: FileList | File[] | null | undefined) => {
    const isNewest = drops.begin();
    const given = await Promise.all([...(list ?? [])].map(dropped));
    // The newsletter comes first; the rest are its pictures.
    given.sort((one, other) => Number(NEWSLETTER.test(other.name)) - Number(NEWSLETTER.test(one.name)));
    if (given.length && isNewest()) await read(given, keepAll);
  };
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const { target, clipboardData } = event;
      if (!clipboardData || target instanceof HTMLInputElement) return;
      event.preventDefault();
      void take(clipboardData.files.length ? clipboardData.files : pasted(clipboardData));
    };
    document.addEventListener("paste", paste);
    return () => document.removeEventListener("paste", paste);
  });
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer?.files);
  };
  return (
    <div class="import">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the mouse; the button inside does the same */}
      <div
        class={`drop ${isOver ? "is-over" : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Icon name="download" />
        <span dir="auto">{files[0]?.name ?? "Drop the newsletter here with its pictures, or paste it"}</span>
        <FileButton name="Newsletter and its pictures" isMultiple take={take}>
          {files.length ? "Another file" : "Choose files"}
        </FileButton>
      </div>
      {report && <ImportFound report={report} />}
      {report && (
        <label class="check">
          <input
            type="checkbox"
            checked={keepAll}
            disabled={isBusy}
            onChange={(event) => void read(files, event.currentTarget.checked)}
          />
          Keep its footer and the links around the words, too
        </label>
      )}
    </div>
  );
}

/** What was copied from a web page, a mail or an editor, as the file that it would be. */
function pasted(data: DataTransfer): File[] {
  const html = data.getData("text/html");
  const text = data.getData("text/plain");
  if (!html && !text.trim()) return [];
  const isHtml = html !== "" || /^\s*</.test(text);
  return [new File([html || text], isHtml ? "pasted.html" : "pasted.md")];
}

function ImportFound({ report }: { report: ImportReport }) {
  const counted = (count: number, one: string) => `${count} ${one}${count === 1 ? "" : "s"}`;
  return (
    <div class="found" role="status">
      <p>
        <Icon name="done" /> {counted(report.articles, "article")}, {counted(report.pictures.length, "picture")}
      </p>
      {report.left_out.length > 0 && (
        <details open={report.left_out.length < 8}>
          <summary>Left out: {report.left_out.length}</summary>
          <ul>
            {report.left_out.map((sentence) => (
              <li key={sentence} dir="auto">
                {sentence}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
