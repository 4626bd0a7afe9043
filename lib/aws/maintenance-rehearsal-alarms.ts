/** Tells when a rehearsal did not pass, and why: a verdict of its own for each way to end. */

import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Project } from 'aws-cdk-lib/aws-codebuild';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { VERDICT_LINE } from './maintenance-rehearsal-script.ts';

const NAMESPACE = 'Redoubt/Rehearsal';

const VERDICTS = [
  {
    id: 'Failed',
    verdict: 'fail',
    description: 'clients lost more than the budgets allow (exit code 1). The report says which',
  },
  {
    id: 'Undecided',
    verdict: 'unknown',
    description: 'nothing could be judged (exit code 2): refused, nothing failed over, or the load was late',
  },
] as const;

interface RehearsalAlarmsProps {
  readonly deployment: string;
  readonly project: Project;
  readonly logGroup: ILogGroup;
  readonly topic: ITopic;
}

export function rehearsalAlarms(
  scope: Construct,
  { deployment, project, logGroup, topic }: RehearsalAlarmsProps,
): Alarm[] {
  const ofVerdicts = VERDICTS.map(({ id, verdict, description }) => {
    const filter = new MetricFilter(scope, `${id}Filter`, {
      logGroup,
      filterPattern: FilterPattern.allTerms(`${VERDICT_LINE}${verdict}`),
      metricNamespace: NAMESPACE,
      metricName: `${deployment}-${verdict}`,
    });
    return alarm(scope, id, filter.metric(PER_RUN), `Rehearsal of ${deployment}: ${description}.`);
  });
  const notPassed = new Metric({
    namespace: 'AWS/CodeBuild',
    metricName: 'FailedBuilds',
    dimensionsMap: { ProjectName: project.projectName },
    ...PER_RUN,
  });
  const description = `Rehearsal of ${deployment}: it ended in another way than passing. Alone, without the alarm of a verdict, it could not run at all; the log says why.`;
  const alarms = [...ofVerdicts, alarm(scope, 'NotPassed', notPassed, description)];
  for (const each of alarms) each.addAlarmAction(new SnsAction(topic));
  return alarms;
}

const PER_RUN = { statistic: 'Sum', period: Duration.minutes(5) };

function alarm(scope: Construct, id: string, metric: Metric, alarmDescription: string): Alarm {
  return new Alarm(scope, id, {
    metric,
    alarmDescription,
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    // Between two rehearsals there is nothing to tell.
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
