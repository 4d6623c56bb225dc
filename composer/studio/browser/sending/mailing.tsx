// One mailing: the last page until it is sent; then how it goes, and what became of it.

import { useAnswer } from "./ask";
import type { Door } from "./index";
import { LastPage } from "./last-page";
import type { MailingReport } from "./model";
import { Crumb, PageHead } from "./page";
import { Loaded, type Way } from "./parts";
import { places } from "./places";
import { Progress } from "./progress";

export function MailingPage({ mailing, way, door }: { mailing: number; way: Way; door: Door }) {
  const answer = useAnswer<MailingReport>(`mailings/${mailing}`);
  return (
    <div class="page">
      <Crumb way={way} to={places.mailings}>
        Mailings
      </Crumb>
      {answer.value === null && <PageHead title={`Mailing ${mailing}`} />}
      <Loaded answer={answer} lines={8}>
        {(report) =>
          report.status.state === "planned" && !report.status.is_at_it ? (
            <LastPage mailing={mailing} way={way} door={door} begun={answer.reload} />
          ) : (
            <Progress report={report} reload={answer.reload} way={way} />
          )
        }
      </Loaded>
    </div>
  );
}
