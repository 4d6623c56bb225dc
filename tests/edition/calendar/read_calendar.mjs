// Reads a calendar file from standard input with ical.js and prints its events, times in UTC by the file's own zones.
import { readFileSync } from "node:fs";

const { default: ICAL } = await import(process.argv[2]);

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
const instant = (time) => (time.isDate ? time.toString() : time.toJSDate().toISOString().replace(".000Z", "+00:00"));
const events = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  return { uid: event.uid, start: instant(event.startDate), end: instant(event.endDate), summary: event.summary };
});
console.log(JSON.stringify(events));
