// What stands in a page of the studio whose answers come late (late_answers.py): its own fetch, and what is seen of it.

export function holdAnswers(seed) {
  const real = window.fetch.bind(window);
  let state = seed;
  const dice = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const late = { held: [], isCalm: false, trouble: 0, underWay: 0 };
  const hold = () => (late.isCalm ? Promise.resolve() : new Promise((come) => late.held.push(come)));
  late.letIn = (count) => {
    for (let come = 0; come < count && late.held.length; come += 1) {
      late.held.splice(Math.floor(dice() * late.held.length), 1)[0]();
    }
  };
  late.calm = () => {
    late.isCalm = true;
    late.trouble = 0;
    late.letIn(Infinity);
  };
  const inLines = (body) => {
    const lines = body.split(/(?<=\n)/);
    return new ReadableStream({
      async start(stream) {
        for (const [number, line] of lines.entries()) {
          if (number) await hold();
          stream.enqueue(new TextEncoder().encode(line));
        }
        stream.close();
      },
    });
  };
  const ask = async (address, options) => {
    const trouble = dice() < late.trouble ? ["never heard", "not told", "nobody there"][Math.floor(dice() * 3)] : "";
    if (trouble === "never heard") {
      await hold();
      throw new TypeError("Failed to fetch");
    }
    if (trouble === "nobody there") {
      await hold();
      return new Response("Service Unavailable", { status: 503, headers: { "Content-Type": "text/plain" } });
    }
    const answer = await real(address, options);
    const type = answer.headers.get("Content-Type") ?? "";
    const body = await answer.text();
    await hold();
    if (trouble === "not told") throw new TypeError("Failed to fetch");
    const { status, headers } = answer;
    return new Response(type.includes("ndjson") ? inLines(body) : body, { status, headers });
  };
  window.fetch = async (address, options) => {
    late.underWay += 1;
    try {
      return await ask(address, options);
    } finally {
      late.underWay -= 1;
    }
  };
  window.late = late;
}

/** What somebody has before her: a line for each thing that is in sight. */
export function seenOf() {
  const lines = [];
  const names = "role|disabled|href|src|title|placeholder|lang|dir|data-value|data-slug";
  // Ids are given in the order in which things come; what is unfolded is as somebody left it.
  const told = new RegExp(`^(${names}|aria-(?!labelledby|describedby|controls|hidden|expanded).*)$`);
  const isAside = (element) => element.matches(".cm-editor *, .toast, .tile");
  const walk = (element, depth) => {
    if (!element.checkVisibility({ visibilityProperty: true }) || isAside(element)) return;
    const attributes = [...element.attributes]
      .filter(({ name }) => told.test(name))
      .map(({ name, value }) => `${name}=${value}`)
      .sort();
    if (element.matches("input, textarea, select")) attributes.push(`value ${element.value} ${element.checked ?? ""}`);
    const words = [...element.childNodes]
      .filter((node) => node.nodeType === Node.TEXT_NODE)
      .map((node) => node.data.trim());
    lines.push(`${" ".repeat(depth)}${element.localName} ${attributes.join(" ")} ${words.join(" ")}`.trimEnd());
    if (element.localName === "iframe") return;
    for (const child of element.children) walk(child, depth + 1);
  };
  for (const id of ["issues", "bar", "tabs", "awaited", "overlay"]) {
    const root = document.getElementById(id);
    if (root) walk(root, 0);
  }
  for (const root of document.querySelectorAll("header.bar, .panel, [role=tabpanel], .envelope")) walk(root, 0);
  const source = document.querySelector(".cm-content");
  if (source?.checkVisibility()) lines.push(source.textContent);
  for (const frame of document.querySelectorAll("#stage iframe")) {
    lines.push(`${frame.className} ${frame.contentDocument?.documentElement.outerHTML ?? "no page"}`);
  }
  return lines.map((line) => line.replace(/\d[\d,]* ms/g, "… ms"));
}
