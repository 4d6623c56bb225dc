// An issue gets another name for its folder, or a copy under another name.

import { useState } from "preact/hooks";
import { Input, Sheet, Trouble, useAsking } from "./dialog";

interface NameSheetProps {
  title: string;
  name: string;
  words: string;
  button: string;
  give: (name: string) => Promise<void>;
  close: () => void;
}

export function NameSheet({ title, name, words, button, give, close }: NameSheetProps) {
  const [now, setNow] = useState(name);
  const { isBusy, trouble, asking, forget } = useAsking();
  const submit = (event: Event) => {
    event.preventDefault();
    void asking(async () => {
      await give(now.trim());
      close();
    });
  };
  return (
    <Sheet title={title} close={close}>
      <form onSubmit={submit} onInput={forget}>
        <Input label="Folder" value={now} set={setNow} help={words} isNeeded />
        {trouble && <Trouble words={trouble} />}
        <footer>
          <button type="submit" class="primary" disabled={isBusy || !now.trim()}>
            {button}
          </button>
        </footer>
      </form>
    </Sheet>
  );
}
