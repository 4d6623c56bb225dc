// The frame of sending: its parts, the way back, and what is seen while the studio is away.

import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../writing/tools";
import { AddPerson } from "./add-person";
import { ImportPage } from "./import";
import type { Door, Open } from "./index";
import { MailPage } from "./mail";
import { MailingPage } from "./mailing";
import { MailingsPage } from "./mailings";
import { To, type Way } from "./parts";
import { PeoplePage } from "./people";
import { PersonPage } from "./person";
import { type Place, places, readPlace } from "./places";
import { PlanPage } from "./plan";
import { TestMailPage } from "./test-mail";

export function showRoom(root: HTMLElement, open: Open, door: Door) {
  render(<Room open={open} door={door} />, root);
}

const PARTS: { name: string; to: string; has: Place["at"][] }[] = [
  { name: "Test mail", to: places.test, has: ["test"] },
  { name: "Send", to: places.plan, has: ["plan"] },
  { name: "Mailings", to: places.mailings, has: ["mailings", "mailing", "mail"] },
  { name: "People", to: places.people, has: ["people", "import", "add", "person"] },
];

const nameOf = (place: Place) => PARTS.find(({ has }) => has.includes(place.at))?.name ?? "Sending";

function Room({ open, door }: { open: Open; door: Door }) {
  const place = readPlace(open.place);
  const titles = new Map(open.issues.map(({ slug, title }) => [slug, title]));
  const way: Way = { go: door.go, leave: () => door.go(""), titleOf: (slug) => titles.get(slug) ?? slug };
  const body = useRef<HTMLElement>(null);
  useEffect(() => body.current?.scrollTo(0, 0), [open.place]);
  return (
    <>
      <div class="bar room-bar">
        <button type="button" class="quiet" onClick={way.leave} aria-label="Back to the mail" title="Back to the mail">
          <Icon name="back" /> <span class="wide-only">The mail</span>
        </button>
        <nav class="room-tabs" aria-label="Sending">
          {PARTS.map(({ name, to, has }) => (
            <To key={to} way={way} to={to} class="room-tab" current={has.includes(place.at)}>
              {name}
            </To>
          ))}
        </nav>
      </div>
      <Away />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
      <section class="room-body" ref={body} tabIndex={0} aria-label={nameOf(place)}>
        <Page key={open.place} place={place} open={open} door={door} way={way} />
      </section>
    </>
  );
}

function Page({ place, open, door, way: outer }: { place: Place; open: Open; door: Door; way: Way }) {
  const { report } = open;
  const isHere = useRef(true);
  useEffect(
    () => () => {
      isHere.current = false;
    },
    [],
  );
  // Somebody may have gone to another page before an answer leads on.
  const way: Way = { ...outer, go: (to) => isHere.current && outer.go(to) };
  switch (place.at) {
    case "test":
      return <TestMailPage key={report?.slug} open={open} door={door} />;
    case "plan":
      return <PlanPage key={report?.slug} open={open} way={way} door={door} />;
    case "mailings":
      return <MailingsPage way={way} />;
    case "mailing":
      return <MailingPage mailing={place.mailing} way={way} door={door} />;
    case "mail":
      return <MailPage {...place} way={way} />;
    case "people":
      return <PeoplePage list={place.list} way={way} />;
    case "import":
      return <ImportPage way={way} />;
    case "add":
      return <AddPerson way={way} />;
    case "person":
      return <PersonPage email={place.email} way={way} />;
  }
}

/** The studio was ended: said once, over whatever is shown. */
function Away() {
  const [isAway, tell] = useState(false);
  useEffect(() => {
    const gone = () => tell(true);
    const back = () => tell(false);
    addEventListener("studio-away", gone);
    addEventListener("studio-live", back);
    return () => {
      removeEventListener("studio-away", gone);
      removeEventListener("studio-live", back);
    };
  }, []);
  if (!isAway) return null;
  return (
    <p class="banner" role="alert">
      <Icon name="unplugged" />
      <span>
        The studio has stopped. Start <code>newsletter studio</code> again; a mailing that is being sent goes on without
        it.
      </span>
    </p>
  );
}
