// Where mails are read: how wide each shows one, in CSS pixels, with the window as it usually is.

export interface Device {
  name: string;
  width: number;
}

export const DEVICES: { kind: string; devices: Device[] }[] = [
  {
    kind: "Phones",
    devices: [
      { name: "Small phone, Galaxy Fold closed", width: 280 },
      { name: "iPhone SE", width: 320 },
      { name: "Android, Galaxy S", width: 360 },
      { name: "iPhone 13 mini", width: 375 },
      { name: "iPhone 15", width: 393 },
      { name: "Pixel 8", width: 412 },
      { name: "iPhone 15 Pro Max", width: 430 },
    ],
  },
  {
    kind: "Tablets",
    devices: [
      { name: "iPad mini, upright", width: 744 },
      { name: "iPad, upright", width: 820 },
      { name: "Android tablet, across", width: 1280 },
    ],
  },
  {
    kind: "Programs on a desk",
    devices: [
      { name: "Outlook, reading pane", width: 560 },
      { name: "Apple Mail, three columns", width: 640 },
      { name: "Thunderbird, three columns", width: 680 },
      { name: "A window for one mail", width: 720 },
      { name: "Gmail, 1,280 screen", width: 960 },
      { name: "Gmail, 1,600 screen", width: 1280 },
      { name: "Outlook on the web, wide", width: 1440 },
    ],
  },
];

/** The first device that is as wide as this. */
export function deviceOf(width: number): Device | undefined {
  return DEVICES.flatMap(({ devices }) => devices).find((device) => device.width === width);
}
