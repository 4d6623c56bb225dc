// The mail on a phone, as one of those who get it will see it.

import { useEffect, useState } from "preact/hooks";
import { MailFrame } from "./mail";
import type { LastPageReport } from "./model";
import { languageInWords } from "./words";

const SCHEME = matchMedia("(prefers-color-scheme: dark)");

export function Phone({ page, shown, show }: { page: LastPageReport; shown: number; show: (index: number) => void }) {
  const edition = page.editions[shown];
  const isDark = useDark();
  return (
    <aside class="phone-side" aria-label="On a phone">
      {page.editions.length > 1 && (
        <select aria-label="Which edition" value={shown} onChange={(event) => show(Number(event.currentTarget.value))}>
          {page.editions.map((one, index) => (
            <option key={`${one.language} ${one.variant}`} value={index}>
              {languageInWords(one.language)}
              {one.variant > "A" ? `, subject ${one.variant}` : ""}
            </option>
          ))}
        </select>
      )}
      <div class="phone">
        {edition && (
          <header>
            <b>{edition.sender}</b>
            <span dir="auto">{edition.subject}</span>
            <small dir="auto">{edition.preheader}</small>
          </header>
        )}
        {edition && edition.subscriber !== null ? (
          <MailFrame
            key={`${edition.subscriber} ${isDark}`}
            title={`The ${languageInWords(edition.language)} mail on a phone`}
            address={`/sending/mailings/${page.mailing}/${edition.subscriber}/mail?scheme=${isDark ? "dark" : "light"}`}
          />
        ) : (
          <p class="note">Nobody gets this edition.</p>
        )}
      </div>
    </aside>
  );
}

function useDark(): boolean {
  const [isDark, setDark] = useState(SCHEME.matches);
  useEffect(() => {
    const changed = () => setDark(SCHEME.matches);
    SCHEME.addEventListener("change", changed);
    return () => SCHEME.removeEventListener("change", changed);
  }, []);
  return isDark;
}
