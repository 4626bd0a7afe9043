/** What the runner of MaintenanceRehearsal does, as shell lines and as a buildspec of CodeBuild. Pure; tests run the very lines. */

/** The log's line that tells how a rehearsal ended; metric filters look for it with a verdict behind it. */
export const VERDICT_LINE = 'redoubt-rehearsal verdict=';

/** Where reports are written, in the runner's working directory. */
export const REPORTS_DIRECTORY = 'reports';

/**
 * Reads REDOUBT_PROFILE (the connection profile), REDOUBT_GROUP, AWS_REGION, REDIS_PASSWORD (not with IAM), REDOUBT_I_MEAN (a
 * production deployment's name) and REDOUBT_NODE_GROUPS (default: all). Ends with the drill's exit code, in a shell of its own.
 *
 * The verdict is never in the text of the script together with its label, because the runner logs that text too.
 */
export const REHEARSAL_SCRIPT = `(
set -u
umask 077
mkdir -p ${REPORTS_DIRECTORY}
printf '%s\\n' "$REDOUBT_PROFILE" > profile.json
set -- drill --aws "$REDOUBT_GROUP" --region "$AWS_REGION" --profile profile.json
set -- "$@" --scenario test-failover --output ${REPORTS_DIRECTORY}
if [ -n "\${REDOUBT_I_MEAN:-}" ]; then set -- "$@" --i-mean "$REDOUBT_I_MEAN"; fi
if [ -n "\${REDOUBT_NODE_GROUPS:-}" ]; then set -- "$@" --node-group $REDOUBT_NODE_GROUPS; fi
code=0
redoubt "$@" || code=$?
case "$code" in
  0) verdict=pass ;;
  1) verdict=fail ;;
  2) verdict=unknown ;;
  *) verdict=error ;;
esac
rm -f ${REPORTS_DIRECTORY}/latest ${REPORTS_DIRECTORY}/.gitignore
printf '{"group":"%s","verdict":"%s","exitCode":%s}\\n' "$REDOUBT_GROUP" "$verdict" "$code" > ${REPORTS_DIRECTORY}/rehearsal.json
printf '${VERDICT_LINE}%s exit=%s\\n' "$verdict" "$code"
exit "$code"
)`;

/** Installs what is in the source of the project, with the libraries of the cloud's API beside it. */
export function installScript(source: string, libraries: readonly string[]): string {
  const quoted = libraries.map((library) => `'${library}'`).join(' ');
  return `npm install --global --install-links --no-audit --no-fund --loglevel=error ./${source} ${quoted}`;
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html; `install` absent: the image has redoubt. */
export function buildspec(install: string | undefined): Record<string, unknown> {
  return {
    version: '0.2',
    phases: {
      ...(install === undefined ? {} : { install: { 'runtime-versions': { nodejs: 22 }, commands: [install] } }),
      build: { commands: [REHEARSAL_SCRIPT] },
    },
    // Uploaded also when the build fails (https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html).
    artifacts: { files: ['**/*'], 'base-directory': REPORTS_DIRECTORY },
  };
}
