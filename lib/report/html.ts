/**
 * The whole report as one file: no requests, no script, nothing to install; readable in light and dark, on a phone and
 * printed. Made from report.json and, for the timelines, the saved histories.
 */
import type { DrillHistory } from '../drill/history.ts';
import { type Content, html, Markup } from './html/markup.ts';
import {
  badge,
  checksTable,
  clientCards,
  errorList,
  eventList,
  figuresTable,
  findingsList,
  legend,
  pageHeader,
  proofList,
  secondsTable,
} from './html/sections.ts';
import { PATTERNS, STYLE } from './html/style.ts';
import { timeline, timelineFrame } from './html/timeline.ts';
import type { Report, ReportedDrill } from './report.ts';
import { drillTitle, suffering, VERDICT_WORD } from './words.ts';

/** Nothing may be loaded and nothing may run, whatever a server's error message says. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** `histories[i]` belongs to `report.drills[i]`; without it the drill has its figures but no timeline. */
export function htmlReport(report: Report, histories: readonly (DrillHistory | undefined)[]): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${VERDICT_WORD[report.verdict]}: ${report.deployment}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${new Markup(PATTERNS)}
${pageHeader(report)}
<main>
${report.drills.map((drill, index) => drillSection(drill, histories[index], `drill-${index + 1}`))}
${checksTable(report)}
</main>
<footer>Made by redoubt ${report.redoubtVersion} from report.json${report.drills.length === 0 ? '' : ' and the saved histories'}; run again with seed ${report.seed}.</footer>
</body>
</html>
`;
  return page.text;
}

function drillSection(drill: ReportedDrill, history: DrillHistory | undefined, id: string): Markup {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${badge(drill.verdict)} ${drillTitle(drill)}</h2>
${clientCards(drill)}
${timelines(drill, history, id)}
${figuresTable(drill)}
${findingsList(drill)}
${history === undefined ? [] : eventList(history)}
${proofList(drill)}
${errorList(drill)}
</section>`;
}

function timelines(drill: ReportedDrill, history: DrillHistory | undefined, id: string): Content {
  if (history === undefined) {
    return html`<p class="soft">The history of this drill is not there, so there is no timeline.</p>`;
  }
  const frame = timelineFrame(history);
  return [
    legend(),
    ...frame.clients.map((entry, index) => {
      const result = drill.clients.find((client) => client.name === entry.client.name);
      const felt =
        result === undefined
          ? []
          : html`<span class="felt ${suffering(result, drill).tone}">${suffering(result, drill).text}</span>`;
      return html`<figure><figcaption><h3>${entry.client.name}</h3>${felt}</figcaption>
<div class="drawing">${timeline(frame, entry, `${id}-client-${index + 1}`)}</div>
${secondsTable(entry.series, entry.client.name)}</figure>`;
    }),
  ];
}
