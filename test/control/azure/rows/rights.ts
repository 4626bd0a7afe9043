import { all, type Damage, drifts, passes, type Row, rowsOf, untold } from './row.ts';

/** What was declared for the one user, and what the API says of it. */
const strings =
  (declared: string | undefined, found: string | null | undefined): Damage =>
  ({ expected, description }) => {
    Object.assign(expected.users?.[0] ?? {}, { accessString: declared });
    Object.assign(description.accessPolicyAssignments[0]?.properties ?? {}, { accessString: found });
  };

export const RIGHTS_ROWS: readonly Row[] = rowsOf(
  'access-strings',
  drifts(
    'it may reach more keys',
    strings('+@read ~cache:*', '+@read ~*'),
    /User 6497c918.*: keys ~cache:\* declared, the API says ~\*\. Deploy again .*or declare it/,
  ),
  drifts('it may do more', strings('+@all -@dangerous ~*', '+@all ~*'), /it may also use .*and \d+ more/),
  drifts('it may do less', strings('+get +set ~*', '+get ~*'), /it may not use set\./),
  drifts(
    'it hears other channels',
    strings('+@all ~* &news', '+@all ~* &*'),
    /channels &news declared, the API says &\*/,
  ),
  drifts('it has further rights', strings('+get ~a', '+get ~a (+set ~b)'), /selectors none declared, the API says /),
  passes(
    'the same is said in other words',
    strings('+@read ~cache:* ~shop:*', 'resetkeys %RW~shop:* ~cache:* -@all +@READ'),
    /by the meaning of their access strings: 6497c918/,
  ),
  passes(
    'another user is not there, which is the drift of the assignments',
    all(strings('+get ~a', '+get ~a'), ({ expected }) =>
      expected.users?.push({ objectId: 'somebody', accessString: '+@all ~*' }),
    ),
    /access strings: 6497c918-11ad-41e7-8b0f-7c518a87d0b0\.$/,
  ),
  untold(strings('+get ~a', undefined)),
  { ...untold(strings('+get ~a', null)), when: 'the API says null' },
  {
    ...untold(strings('+get ~a', '+get ~a &news'), /channels not said declared, the API says &news/),
    when: 'only one of the strings speaks of channels',
  },
  {
    ...untold(strings('+get ~a', '+get ~a sideways'), /does not know word 3 of its access string/),
    when: 'there is a word that nobody here knows',
  },
  {
    ...untold(strings('+@read ~a', '+@read -sintercard ~a'), /sintercard may be allowed by one of the two/),
    when: 'it differs in newer commands alone',
  },
);
