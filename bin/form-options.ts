/** `--format` and `--report`: in which form the result is wanted, and where. */
import { InvalidArgumentError, Option } from 'commander';
import type { FormName } from '../lib/report/forms.ts';

/** Repeated here so that `--help` need not load the forms; a test keeps the two lists the same. */
export const FORM_CHOICES = ['text', 'json', 'junit', 'markdown', 'html'] as const satisfies readonly FormName[];

export interface WantedFile {
  readonly form: FormName;
  readonly path: string;
}

export function formatOption(choices: readonly FormName[] = FORM_CHOICES): Option {
  return new Option('--format <form>', 'form of the result on standard output').choices(choices).default('text');
}

export function reportFileOption(): Option {
  return new Option(
    '--report <form=path...>',
    `also write the report, as ${FORM_CHOICES.join(', ')}: --report junit=out.xml`,
  )
    .argParser((text: string, earlier: readonly WantedFile[] | undefined) => [...(earlier ?? []), wantedFile(text)])
    .default([], 'none');
}

function wantedFile(text: string): WantedFile {
  const [, form, path] = /^([^=]*)=(.+)$/s.exec(text) ?? [];
  const known = FORM_CHOICES.find((choice) => choice === form);
  if (known !== undefined && path !== undefined) return { form: known, path };
  throw new InvalidArgumentError(`It must be one of ${FORM_CHOICES.map((choice) => `${choice}=PATH`).join(', ')}.`);
}
