import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/**
 * Tells that a rotation failed, and that a later one succeeded. Secrets Manager tries again by itself, and tells nobody. A rotation
 * comes once a month, so without data the alarm stays as it was: a failed one is over when one has succeeded, and not before.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function rotationAlarm(
  scope: Construct,
  { rotation, name, topic }: { readonly rotation: IFunction; readonly name: string; readonly topic: ITopic },
): void {
  const alarm = new Alarm(scope, 'FailedAlarm', {
    metric: rotation.metricErrors({ statistic: 'Sum', period: Duration.minutes(5) }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    // An error counts where its run began, up to 15 minutes back.
    evaluationPeriods: 6,
    datapointsToAlarm: 1,
    treatMissingData: TreatMissingData.IGNORE,
    alarmDescription: `The rotation of ${name}'s secret failed. The present one goes on working. Read the log of ${rotation.node.path}, mend what it names, and let it rotate: aws secretsmanager rotate-secret.`,
  });
  const action = new SnsAction(topic);
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
}
