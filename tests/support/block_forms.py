"""Every block twice: with only what it needs, and with every field. ``p.png`` is their picture."""

from __future__ import annotations

PICTURE = "{file: p.png, alt: PictureAlt, caption: PictureCaption, credit: PictureCredit}"

MINIMAL = {
    "text": "- {block: text, body: Words}",
    "article": "- {block: article, title: Words, body: More words}",
    "digest": "- {block: digest, title: Words, entries: [{kicker: LOUD, body: More words}]}",
    "callout": "- {block: callout, body: Words}",
    "agenda": "- {block: agenda, title: Words, entries: [{date: 2020-04-03, title: Webinar}]}",
    "events": "- {block: events, title: Words, events: [{date: 2020-04-03, title: Webinar}]}",
    "download": "- {block: download, title: Words, link: {label: Get it, url: 'https://example.org/f'}}",
    "button": "- {block: button, label: Words, url: 'https://example.org/'}",
    "image": "- {block: image, picture: {file: p.png, alt: Words}}",
    "divider": "- {block: divider}\n- {block: text, body: Words}",
    "masthead": "- {block: masthead, name: Words}\n- {block: text, body: More words}",
    "hero": "- {block: hero, title: Words}",
    "columns": "- {block: columns, cards: [{title: Words}, {title: More words}]}",
    "quote": "- {block: quote, body: Words, person: Ana}",
    "sponsor": "- {block: sponsor, title: Words}",
    "gallery": "- {block: gallery, pictures: [{file: p.png, alt: Words}, {file: p.png, alt: More words}]}",
    "video": "- {block: video, title: Words, picture: {file: p.png, alt: A}, link: {label: See,"
    " url: 'https://example.org/'}}",
    "table": "- {block: table, head: [Words, Number], rows: [[A, 1]]}",
    "statistics": "- {block: statistics, figures: [{figure: 1, label: Words}, {figure: 2, label: More words}]}",
    "poll": "- {block: poll, title: Words, answers: [{label: A, url: 'https://example.org/a'}, {label: B,"
    " url: 'https://example.org/b'}]}",
    "social": "- {block: social, title: Words, profiles: [{network: rss, url: 'https://example.org/feed'}]}",
    "mjml": "- {block: mjml, mjml: <mj-section><mj-column><mj-text>Words</mj-text></mj-column></mj-section>,"
    " body: Words}",
    "footer": "- {block: text, body: More words}\n- {block: footer, body: Words}",
}

LINK = "{label: LinkLabel, url: 'https://example.org/target'}"
MAXIMAL = {
    "text": "- {block: text, id: anchor, title: TitleText,"
    " body: 'BodyText **strong** [LinkLabel](https://example.org/target)'}",
    "article": f"- {{block: article, id: anchor, kicker: KickerText, title: TitleText, body: BodyText, layout: right,"
    f" picture: {PICTURE}, link: {LINK}}}",
    "lead": f"- {{block: article, id: anchor, kicker: KickerText, title: TitleText, body: BodyText, lead: true,"
    f" picture: {PICTURE}, link: {LINK}}}",
    "digest": f"- {{block: digest, id: anchor, title: TitleText, intro: IntroText, entries:"
    f" [{{kicker: KickerText, title: EntryTitle, body: BodyText, link: {LINK},"
    f" picture: {{file: p.png, alt: PictureAlt}}}}]}}",
    "callout": f"- {{block: callout, id: anchor, kicker: KickerText, title: TitleText, figure: 27 %, body: BodyText,"
    f" link: {LINK}}}",
    "agenda": f"""\
- block: agenda
  id: anchor
  title: TitleText
  intro: IntroText
  entries:
    - date: 2020-04-03
      until: 2020-05-04
      kicker: KickerText
      title: EntryTitle
      time: "11:00"
      end_time: "12:30"
      timezone: Europe/Lisbon
      language: fr
      place: PlaceName
      body: BodyText
      link: {LINK}
      sessions:
        - title: SessionTitle
          body: SessionBody
          speaker: SpeakerName
          time: "11:15"
          language: de
          sessions: [{{title: DeepTitle, sessions: [{{title: DeepestTitle}}]}}]
""",
    "events": f"- {{block: events, id: anchor, title: TitleText, events: [{{date: 2020-04-29, until: 2020-05-02,"
    f" kicker: KickerText, title: EntryTitle, place: PlaceName, link: {LINK}}}]}}",
    "download": f"- {{block: download, id: anchor, kicker: KickerText, title: TitleText, body: BodyText,"
    f" picture: {{file: p.png, alt: PictureAlt}}, link: {LINK}, details: 'PDF, 12 pages'}}",
    "button": "- {block: button, label: LinkLabel, url: 'https://example.org/target', align: center}",
    "image": f"- {{block: image, picture: {PICTURE}, url: 'https://example.org/target'}}",
    "divider": "- {block: text, body: BodyText}\n- {block: divider, style: space}\n- {block: text, body: IntroText}",
    "masthead": "- {block: masthead, name: NameText, tagline: TaglineText, issue_line: LineText,"
    " logo: {file: p.png, alt: ''}}\n"
    "- {block: text, body: BodyText}",
    "hero": f"- {{block: hero, id: anchor, kicker: KickerText, title: TitleText, body: BodyText, align: center,"
    f" picture: {PICTURE},"
    f" link: {LINK}}}",
    "columns": f"- {{block: columns, id: anchor, title: TitleText, intro: IntroText, across: 3,"
    f" cards: [{{kicker: KickerText,"
    f" title: EntryTitle, body: BodyText, picture: {PICTURE}, link: {LINK}}}, {{title: SecondTitle}}]}}",
    "quote": f"- {{block: quote, id: anchor, body: BodyText, person: PersonName, role: RoleText,"
    f" picture: {{file: p.png, alt: PictureAlt}},"
    f" link: {LINK}}}",
    "sponsor": f"- {{block: sponsor, id: anchor, label: LabelText, title: TitleText, body: BodyText,"
    f" picture: {{file: p.png, alt: PictureAlt}}, link: {LINK}}}",
    "gallery": f"- {{block: gallery, id: anchor, title: TitleText, pictures: [{PICTURE}, {{file: p.png,"
    f" alt: PictureTwo,"
    " caption: SecondCaption}, {file: p.png, alt: PictureThree, caption: ThirdCaption}]}",
    "video": f"- {{block: video, id: anchor, kicker: KickerText, title: TitleText, body: BodyText,"
    f" duration: MinutesLong,"
    f" picture: {PICTURE}, link: {LINK}}}",
    "table": "- {block: table, id: anchor, title: TitleText, head: [HeadOne, HeadTwo, HeadThree, HeadFour],"
    " rows: [[CellOne, 1, 2, ''], [CellTwo, 3, 4, 5]], note: NoteText}",
    "statistics": "- {block: statistics, id: anchor, title: TitleText, intro: IntroText,"
    " figures: [{figure: 27 %, label: LabelOne,"
    " note: NoteOne}, {figure: 2, label: LabelTwo}, {figure: 3, label: LabelThree}, {figure: 4, label: LabelFour}]}",
    "poll": "- {block: poll, id: anchor, kicker: KickerText, title: TitleText, body: BodyText,"
    " answers: [{face: happy,"
    " label: LinkLabel, url: 'https://example.org/target'}, {sign: '2', label: SecondLabel,"
    " url: 'https://example.org/2'}]}",
    "social": "- {block: social, id: anchor, title: TitleText, align: center, profiles: [{network: bluesky,"
    " url: 'https://example.org/target'},"
    " {network: x, url: 'https://example.org/x'}]}",
    "mjml": "- {block: mjml, id: anchor,"
    " mjml: <mj-section><mj-column><mj-text>BodyText</mj-text></mj-column></mj-section>,"
    " body: BodyText}",
    "footer": f"- {{block: text, body: TitleText}}\n- {{block: footer, contact: a@example.org,"
    f" postal_address: AddressText, body: BodyText, links: [{LINK}]}}",
}
